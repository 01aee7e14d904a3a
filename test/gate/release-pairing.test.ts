/** A gate judges the tables of the release pairing where a job has one: the migration's tables are evidence of another build. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Place, place } from '../analyze/place.ts';
import { shadowcheck } from '../cli/captured-terminal.ts';

const SAME = 'id,name\n1,a\n';
const OTHER = 'id,name\n1,b\n';
const RELEASE = '    pairings: { release: { shadow: { source: here, table: candidate } } }\n';

async function judged(here: Place): Promise<unknown> {
  await writeFile(
    join(here.folder, 'release.yaml'),
    'version: 1\nname: release\njobs: t\npartitions: { list: [ds=1] }\nrules: [{ kind: no_unknown_mismatch }]\n',
  );
  const { code, stdout } = await shadowcheck(here.folder, 'gate', '--json', '--policy', 'release.yaml');
  const { report } = JSON.parse(stdout) as { report: { pairs: { pairing: string; shadow: { location: string } }[] } };
  return { code, pairs: report.pairs.map(({ pairing, shadow }) => [pairing, shadow.location.split('/').at(-2)]) };
}

test('the candidate table fails the gate, though the shadow table matches', async () => {
  const here = await place('all', RELEASE);
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', SAME);
  await here.land('candidate', '1', OTHER);
  expect(await judged(here)).toEqual({ code: 1, pairs: [['release', 'candidate']] });
});

test('without a release pairing the migration is judged, and named so', async () => {
  const here = await place();
  await here.land('production', '1', SAME);
  await here.land('shadow', '1', SAME);
  expect(await judged(here)).toEqual({ code: 0, pairs: [['migration', 'shadow']] });
});
