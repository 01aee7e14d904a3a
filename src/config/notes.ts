import type { IngestionJob } from './config.ts';
import type { ConfigFile } from './schema.ts';
import { isLoopback, readService } from './service-schema.ts';

/**
 * What the files ask for and gets only later: it is checked, so that a file stays valid, and said, so that nobody relies on
 * it. And what does as it says, and deserves a second look.
 */
export function notesOf(
  entry: ConfigFile,
  jobs: ReadonlyMap<string, IngestionJob>,
  isOwnLogRead: boolean,
): readonly string[] {
  const all = [...jobs.values()];
  const service = readService(entry.service);
  const notes: readonly (readonly [boolean, string])[] = [
    [
      !isOwnLogRead && all.some(({ compared }) => compared),
      'mismatch_logs does not name the log of this store (logs/mismatch below it): what `compare` finds is logged and never analysed',
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
