import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobSide } from '../../src/config/config.ts';
import { type ConfigFolder, openConfigFolder } from './config-folder.ts';

let at: ConfigFolder;
beforeEach(async () => {
  at = await openConfigFolder();
});
afterEach(() => at.remove());

const SOURCES = 'version: 1\nsources: { w: { kind: folder, root: ./w } }\n';
/** The sides in one line each, more rules below; the sides stand in lines 5 and 6. */
const job = (production: string, shadow: string, rules = '') =>
  `${SOURCES}ingestion_jobs:\n  j:\n    production: { source: w, ${production} }\n    shadow: { source: w, ${shadow} }\n${rules}`;

async function sidesOf(text: string): Promise<{ readonly production: JobSide; readonly shadow: JobSide }> {
  const sides = (await at.load(text)).jobs.get('j')?.sides;
  if (sides === undefined) throw new Error('no job j');
  return sides;
}

describe('when a partition has landed', () => {
  const NOTHING = { marker: null, is_manifest: false, quiet_ms: null, is_told: false };

  test.each([
    ['{ marker: _SUCCESS }', { ...NOTHING, marker: '_SUCCESS' }],
    ['{ manifest: _manifest.json }', { ...NOTHING, marker: '_manifest.json', is_manifest: true }],
    ['{ quiet_time: 30m }', { ...NOTHING, quiet_ms: 1_800_000 }],
    ['told', { ...NOTHING, is_told: true }],
  ])('%s', async (landed, expected) => {
    const config = await at.load(`version: 1\nsources: { w: { kind: folder, root: ., landed: ${landed} } }`);
    expect(config.sources.get('w')?.landed).toEqual(expected);
    expect(config.notes).toEqual([]);
  });

  test('without a rule: as soon as it is there', async () => {
    expect((await sidesOf(job('table: p', 'table: s'))).production.landed).toEqual(NOTHING);
  });

  test('the side says it before the job, and the job before the source', async () => {
    const config = await at.load(`version: 1
sources: { w: { kind: folder, root: /w, landed: { marker: DONE } } }
ingestion_jobs:
  a: { production: { source: w, table: p }, shadow: { source: w, table: s, landed: { manifest: m.json } } }
  b: { production: { source: w, table: p, landed: told }, shadow: { source: w, table: s }, landed: { quiet_time: 5m } }`);
    const landed = [...config.jobs.values()].map(({ sides }) => [sides.production.landed, sides.shadow.landed]);
    expect(landed).toEqual([
      [
        { ...NOTHING, marker: 'DONE' },
        { ...NOTHING, marker: 'm.json', is_manifest: true },
      ],
      [
        { ...NOTHING, is_told: true },
        { ...NOTHING, quiet_ms: 300_000 },
      ],
    ]);
  });

  test.each([
    ['tolld', '2:48 sources.w.landed: expected told, or a mapping with marker, manifest or quiet_time, got "tolld"'],
    ['{ markr: x }', '2:50 unknown key "markr" in sources.w.landed | did you mean "marker"?'],
    ['{}', '2:40 sources.w.landed: expected exactly one of marker, manifest, quiet_time'],
    ['{ quiet_time: 0s }', '2:62 sources.w.landed.quiet_time: a quiet time of 0 is none, got "0s"'],
    ['[told]', '2:40 sources.w.landed: expected told, or a mapping with marker, manifest or quiet_time, got a list'],
  ])('%s is refused', async (landed, expected) => {
    expect(await at.told(`version: 1\nsources: { w: { kind: folder, root: ., landed: ${landed} } }`)).toEqual([
      expected,
    ]);
  });
});

describe('the name of a table', () => {
  test.each([
    ['production/orders', 'production/orders'],
    ['./production//orders/', 'production/orders'],
    ['.', '.'],
    [`"it's/\\u202e\\n[*]"`, "it's/\u202e\n[*]"],
    ['a\\b', 'a\\b'],
  ])('%s is kept as %j, in one spelling', async (written, table) => {
    const { production } = await sidesOf(job(`table: ${written}`, 'table: s'));
    expect(production).toMatchObject({ source: 'w', table, root: join(at.path, 'w', table) });
  });

  test('the name of a source holds no slash: a table is known by both', async () => {
    expect((await at.told('version: 1\nsources: { a/b: { kind: folder, root: . } }')).join()).toContain(
      'the name of a source holds no /',
    );
  });
});

describe('builds', () => {
  test('the side says it before the job, and the job before the default of the system that writes it', async () => {
    const config = await at.load(`${SOURCES}defaults: { builds: { legacy: l1, next: "2311" } }
ingestion_jobs:
  a: { production: { source: w, table: p }, shadow: { source: w, table: s } }
  b: { production: { source: w, table: p }, shadow: { source: w, table: s }, systems: { production: next, shadow: legacy } }
  c: { production: { source: w, table: p, build: own }, shadow: { source: w, table: s }, builds: { production: x, shadow: "1.10" } }`);
    const builds = [...config.jobs.values()].map(({ sides }) => [sides.production.build, sides.shadow.build]);
    expect(builds).toEqual([
      ['l1', '2311'],
      ['2311', 'l1'],
      ['own', '1.10'],
    ]);
  });

  test('a number is refused, because 1.10 would be the build 1.1', async () => {
    expect(await at.told(job('table: p', 'table: s', '    builds: { shadow: 1.10 }\n'))).toEqual([
      '7:23 ingestion_jobs.j.builds.shadow: expected text: put a build that looks like a number in quotes, got 1.1',
    ]);
  });
});

describe('a side that names its partitions differently', () => {
  test('has a level for each of the job, with or without a time format', async () => {
    const text = job(
      'table: p',
      'table: s, partition: [{ column: dt, time_format: YYYYMMDD }, hr]',
      '    partition: [ds, hour]\n',
    );
    const { production, shadow } = await sidesOf(text);
    expect(production.levels).toBeNull();
    expect(shadow.levels).toEqual([
      { column: 'dt', time_format: 'YYYYMMDD' },
      { column: 'hr', time_format: null },
    ]);
  });

  test.each([
    [
      '[dt, hr]',
      '    partition: [ds]\n',
      '6:36 ingestion_jobs.j.shadow.partition: 2 levels, and the job has 1: ds | one for each, in the same order',
    ],
    [
      '[dt]',
      '',
      '6:36 ingestion_jobs.j.shadow.partition: 1 level, and the job names no partition columns | add `partition: [...]` to the job',
    ],
    ['[dt, dt]', '    partition: [a, b]\n', '6:52 ingestion_jobs.j.shadow.partition[1]: "dt" is named twice'],
    ['[]', '    partition: [ds]\n', '6:36 ingestion_jobs.j.shadow.partition: expected at least one column'],
    [
      '[{ time: dt, column: x }]',
      '    partition: [ds]\n',
      '6:50 unknown key "time" in ingestion_jobs.j.shadow.partition[0] | possible here: "time_format"',
    ],
  ])('%s is refused', async (partition, rules, expected) => {
    expect(await at.told(job('table: p', `table: s, partition: ${partition}`, rules))).toEqual([expected]);
  });

  test.each(['YYYYMMDD', 'YYYY/MM/DD', 'HH', 'DD.MM.YYYY', 'YYYY-MM-DDTHH', 'YYYY'])(
    '%s is a time format',
    async (format) => {
      const text = job(
        'table: p',
        `table: s, partition: [{ column: dt, time_format: "${format}" }]`,
        '    partition: [ds]\n',
      );
      expect((await sidesOf(text)).shadow.levels?.[0]?.time_format).toBe(format);
    },
  );

  test.each(['YYMMDD', 'MM-DD', 'YYYYMMDDYYYY', 'yyyymmdd', 'day'])('%s is none', async (format) => {
    const text = job(
      'table: p',
      `table: s, partition: [{ column: dt, time_format: "${format}" }]`,
      '    partition: [ds]\n',
    );
    expect((await at.told(text)).join()).toContain('expected YYYY, MM, DD and HH with separators');
  });
});

describe('pairings', () => {
  const pairings = async (rules: string) =>
    (
      await at.load(
        job(
          'table: p, where: "a = 1"',
          'table: s, partition: [dt], landed: told',
          `    partition: [ds]\n    builds: { production: l1, shadow: n1 }\n    pairings: ${rules}\n`,
        ),
      )
    ).jobs.get('j')?.pairings;

  test("a side that is left out is the job's, with its condition", async () => {
    const { release } = (await pairings('{ release: { shadow: { source: w, table: c, build: n2 } } }')) ?? {};
    expect(release?.production).toMatchObject({ table: 'p', where: 'a = 1', build: 'l1', system: 'legacy' });
    expect(release?.shadow).toMatchObject({ table: 'c', where: null, build: 'n2', system: 'next', levels: null });
  });

  test('another table never takes over the build of the job', async () => {
    const { release } = (await pairings('{ release: { shadow: { source: w, table: c } } }')) ?? {};
    expect(release?.shadow.build).toBeNull();
  });

  test('a table of the job keeps system, build and rules on whatever side it stands', async () => {
    const { release } =
      (await pairings('{ release: { production: { source: w, table: ./s/ }, shadow: { source: w, table: c } } }')) ??
      {};
    expect(release?.production).toMatchObject({
      system: 'next',
      build: 'n1',
      levels: [{ column: 'dt', time_format: null }],
      landed: { is_told: true },
    });
  });

  test('noise is production twice: both are written by its system', async () => {
    const { noise } = (await pairings('{ noise: { shadow: { source: w, table: again } } }')) ?? {};
    expect([noise?.production.system, noise?.shadow.system]).toEqual(['legacy', 'legacy']);
  });

  test('what would be compared with itself, or looked at by two rules, is refused', async () => {
    const text = job(
      'table: p',
      'table: s',
      '    pairings:\n      release: { shadow: { source: w, table: p } }\n      backfill: { shadow: { source: w, table: ./s, landed: told } }\n',
    );
    expect(await at.told(text)).toEqual([
      '8:18 ingestion_jobs.j.pairings.release.shadow: both sides are the same table, and what is compared with itself always matches | name another table, or tell the rows apart with `where`',
      '9:19 ingestion_jobs.j.pairings.backfill.shadow: "s" stands in this job already, with another `partition` or `landed` | a table is looked at once: give it the same rules everywhere',
    ]);
  });

  test('a job of one table on both sides is refused, unless `where` tells the rows apart', async () => {
    expect((await at.told(job('table: t', 'table: t/.'))).join()).toContain(
      '6:5 ingestion_jobs.j.shadow: both sides are the same table',
    );
    expect((await at.load(job('table: t, where: "a = 1"', 'table: t, where: "a = 2"'))).jobs.size).toBe(1);
  });
});

test('compare: off leaves a job to the log of another detector', async () => {
  const compared = async (rules: string) => (await at.load(job('table: p', 'table: s', rules))).jobs.get('j')?.compared;
  expect(await compared('    compare: off\n')).toBe(false);
  expect(await compared('')).toBe(true);
  expect(await at.told(job('table: p', 'table: s', '    compare: of\n'))).toEqual([
    '7:14 ingestion_jobs.j.compare: expected on or off, got "of" | did you mean "on"?',
  ]);
});
