/**
 * Works on a folder as a user to whom permissions apply. `log` finds, records and reads its segments with a catalog in
 * memory, taking what is called `locked…` from it between finding and reading; `sweep` sweeps it.
 */
import { chmodSync } from 'node:fs';
import { basename } from 'node:path';
import { messageOf, OperatingError } from '../../../src/core/operating-error.ts';
import { openDuckdb } from '../../../src/engine/duckdb.ts';
import { openCatalog } from '../../../src/store/catalog.ts';
import { nodeFiles } from '../../../src/store/files.ts';
import { findSegments, readSegment } from '../../../src/store/mismatch-reader.ts';

const NOBODY = 65_534;
const [task = '', folder = ''] = process.argv.slice(2);

async function readLog() {
  const catalog = openCatalog(':memory:');
  const found = await findSegments(folder, catalog);
  catalog.recordSegments(found.segments);
  const segments = catalog.unassignedSegments().sort((one, other) => one.path.localeCompare(other.path));
  const locked = segments.filter(({ path }) => basename(path).startsWith('locked'));
  for (const { path } of locked) chmodSync(path, 0o000);
  const read: Record<string, unknown> = {};
  for (const segment of segments) {
    read[basename(segment.path)] = await readSegment(segment, openDuckdb).then(
      ({ entries, quarantined }) => ({ entries: entries.length, quarantined: quarantined.length }),
      (error: unknown) => (error instanceof OperatingError ? [error.exitCode, error.code] : messageOf(error)),
    );
  }
  const again = await findSegments(folder, catalog);
  return {
    troubles: found.troubles.flatMap(({ exitCode, troubles }) =>
      troubles.map(({ code, subject }) => [exitCode, code, basename(subject)]),
    ),
    read,
    found_again: again.segments.map(({ path }) => basename(path)),
  };
}

process.once('message', async () => {
  if (process.getuid?.() === 0) {
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  }
  const answer = task === 'log' ? await readLog() : { swept: await nodeFiles.sweepTemporary(folder) };
  process.send?.(answer, () => process.disconnect());
});
process.send?.('ready');
