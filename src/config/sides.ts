/** Sources and the two tables of a job: from how they are written to absolute folders, formats and landing rules. */
import { resolve } from 'node:path';
import type { FileFormat, LandedRule, System, TypedName } from '../core/landing.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { JobSide, Source } from './config.ts';
import { suggestionFor } from './did-you-mean.ts';
import type { FormatEntry, LandedEntry, SideEntry, SourceEntry } from './schema.ts';
import { printPlace } from './schema-troubles.ts';
import type { Place, YamlFile } from './yaml-file.ts';

/** By name; null for a source that is written wrongly, which is told already. */
export type Sources = ReadonlyMap<string, Source | null>;

export function readSource(name: string, entry: SourceEntry, folder: string): Source {
  return {
    name,
    kind: entry.kind,
    root: resolve(folder, entry.root),
    landed: readLanded(entry.landed),
    format: readFormat(entry.format),
  };
}

/** Null where the source is unknown or broken; an unknown one is added to `troubles`. */
export function readSide(
  entry: SideEntry,
  system: System,
  landed: LandedEntry | undefined,
  context: { readonly file: YamlFile; readonly place: Place; readonly sources: Sources; readonly troubles: Trouble[] },
): JobSide | null {
  const source = findSource(entry.source, [...context.place, 'source'], context);
  if (source === null) return null;
  const below = (folder: string | undefined) => (folder === undefined ? null : resolve(source.root, folder));
  const rule = entry.landed ?? landed;
  return {
    root: resolve(source.root, entry.table),
    system,
    where: entry.where ?? null,
    format: readFormat(entry.format) ?? source.format,
    landed: rule === undefined ? source.landed : readLanded(rule),
    delta: below(entry.delta),
    full_dump: below(entry.full_dump),
  };
}

/** Null where there is none or where it is broken; an unknown name is added to `troubles`. */
export function findSource(
  name: string,
  place: Place,
  { file, sources, troubles }: { readonly file: YamlFile; readonly sources: Sources; readonly troubles: Trouble[] },
): Source | null {
  const source = sources.get(name);
  if (source === undefined) {
    const message = `${printPlace(place)}: there is no source ${JSON.stringify(name)}`;
    troubles.push(file.trouble(place, message, suggestionFor(name, [...sources.keys()]) ?? 'name it below `sources`'));
  }
  return source ?? null;
}

/** A manifest is waited for like a marker: it stands when the partition is whole. */
function readLanded(entry: LandedEntry | undefined): LandedRule {
  return { marker: entry?.marker ?? entry?.manifest ?? null };
}

function readFormat(entry: FormatEntry | undefined): FileFormat | null {
  if (entry === undefined) return null;
  if (typeof entry !== 'string') {
    if (entry.kind === 'parquet') return entry;
    if (entry.kind !== 'csv') return { kind: entry.kind, columns: readColumns(entry.columns) };
    return {
      kind: 'csv',
      delimiter: entry.delimiter ?? null,
      header: entry.header,
      null_text: entry.null_text ?? null,
      columns: readColumns(entry.columns),
    };
  }
  if (entry === 'csv') return { kind: 'csv', delimiter: null, header: true, null_text: null, columns: [] };
  return entry === 'jsonl' ? { kind: 'jsonl', columns: [] } : { kind: 'parquet' };
}

function readColumns(entry: Readonly<Record<string, string>> | readonly TypedName[] | undefined): readonly TypedName[] {
  if (entry === undefined) return [];
  if (Array.isArray(entry)) return entry as readonly TypedName[];
  return Object.entries(entry as Readonly<Record<string, string>>).map(([name, type]) => ({ name, type }));
}
