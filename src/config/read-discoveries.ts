/** The entries of `discover`: what each job of them is like, and the keys that a file gives them. */
import { relative, resolve } from 'node:path';
import type { Trouble } from '../core/operating-error.ts';
import type { Discovery, IngestionJob } from './config.ts';
import { type DiscoverEntry, discoverSchema, type JobEntry } from './job-schema.ts';
import { type Reading, readJob } from './jobs.ts';
import { readKeyFile } from './key-file.ts';
import { type Part, type Parts, written } from './parts.ts';
import { printPlace, wellWritten } from './schema-troubles.ts';
import { findSource } from './sides.ts';
import type { Place } from './yaml-file.ts';

/** Of all files. What is wrong is added to the troubles of `reading`. */
export async function readDiscoveries({ main, all }: Parts, reading: Reading): Promise<readonly Discovery[]> {
  const discoveries: Discovery[] = [];
  for (const part of all) {
    const given = written(part.file, 'discover');
    for (const [i, entry] of (Array.isArray(given) ? (given as readonly unknown[]) : []).entries()) {
      const parsed = wellWritten(discoverSchema, entry);
      if (parsed === null) continue;
      const place: Place = ['discover', i];
      const template = readTemplate(parsed.value, { ...reading, file: part.file, place, without: parsed.without });
      const keys = await readKeys(parsed.value, place, part, reading.troubles);
      if (template === null) continue;
      const { source, production, shadow, key_from, partition } = parsed.value;
      discoveries.push({
        place: part === main ? printPlace(place) : `${printPlace(place)} of ${relative(main.folder, part.file.path)}`,
        source,
        production,
        shadow,
        key_from: key_from === undefined ? null : resolve(part.folder, key_from),
        keys,
        partition,
        template,
      });
    }
  }
  return discoveries;
}

/** The entry read as if it were one job, of which the tables hold `{job}`. */
function readTemplate(entry: DiscoverEntry, context: Parameters<typeof readJob>[2]): IngestionJob | null {
  const { source, production, shadow, key_from: _, ...rules } = entry;
  // Asked here: as a job's, the source would be told twice, at places that the entry does not have.
  if (findSource(source, [...context.place, 'source'], context) === null) return null;
  const job: JobEntry = {
    ...rules,
    compare: 'on',
    columns: {},
    expressions: {},
    production: { source, table: production },
    shadow: { source, table: shadow },
  };
  return readJob('{job}', job, context);
}

async function readKeys(
  { key_from, ignore }: DiscoverEntry,
  place: Place,
  { file, folder }: Part,
  troubles: Trouble[],
): Promise<Discovery['keys']> {
  if (key_from === undefined) return new Map();
  const path = resolve(folder, key_from);
  const found = await readKeyFile(path, new Set(ignore));
  for (const trouble of found.troubles) {
    if (trouble.code !== 'keys_missing') troubles.push(trouble);
    else {
      const at = [...place, 'key_from'];
      const message = `${printPlace(at)}: there is no file ${JSON.stringify(key_from)}`;
      troubles.push(file.trouble(at, message, 'paths are relative to the file that they stand in'));
    }
  }
  return found.keys;
}
