import { dirname, join, matchesGlob } from 'node:path';
import type { Config, IngestionJob } from './config.ts';
import type { ConfigFile } from './schema.ts';
import { isLoopback, readService } from './service-schema.ts';

/**
 * What the files ask for and gets only later: it is checked, so that a file stays valid, and said, so that nobody relies on
 * it. And what does as it says, and deserves a second look.
 */
export function notesOf(
  entry: ConfigFile,
  jobs: ReadonlyMap<string, IngestionJob>,
  { store, mismatch_logs }: Pick<Config, 'store' | 'mismatch_logs'>,
): readonly string[] {
  const isRead = (log: string) => mismatch_logs.some((location) => takesIn(location, join(store, 'logs', log)));
  const all = [...jobs.values()];
  const service = readService(entry.service);
  const notes: readonly (readonly [boolean, string])[] = [
    [
      !isRead('mismatch') && all.some(({ compared }) => compared),
      'mismatch_logs does not name the log of this store (logs/mismatch below it): what `compare` finds is logged and never analysed',
    ],
    [
      isRead('signal'),
      'mismatch_logs names the signal log of this store (logs/signal below it) too: what matched would be analysed as if it did not',
    ],
    [entry.report_url !== undefined, 'report_url stands in no report yet: links in them are relative'],
    [
      all.some(({ sides: { production, shadow } }) =>
        [production, shadow].some((side) => side.delta ?? side.full_dump),
      ),
      'delta and full_dump tables are not looked at yet',
    ],
    [all.some(({ provenance }) => provenance !== null), 'provenance does not lead the diagnosis yet'],
    [
      !isLoopback(service),
      `service.listen ${JSON.stringify(service.host)} is reachable from other machines: reports show rows, and nobody is asked who they are`,
    ],
  ];
  return notes.filter(([holds]) => holds).map(([, note]) => note);
}

/** As they stand below a log; of days so far apart that what fits both is not meant for one of them. */
const LOG_FILES = ['ds=2026-11-20/hour=05/segment.parquet', 'ds=2035-02-03/compacted-1.parquet'];

/** Whether what is read at this location are all files of a log of ours: its folder, one above it, or a pattern that fits. */
function takesIn(location: string, log: string): boolean {
  const fits = (path: string) => path === location || (/[*?[{]/.test(location) && matchesGlob(path, location));
  return LOG_FILES.every((file) => wayTo(join(log, file)).some(fits));
}

/** The path and every folder above it: of a folder that is named, everything below it is read. */
function wayTo(path: string): readonly string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...wayTo(above)];
}
