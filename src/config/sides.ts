/** Sources and tables: from how they are written to absolute folders, formats and landing rules. */
import { resolve } from 'node:path';
import type { FileFormat, LandedWhen, System, TypedName } from '../core/landing.ts';
import type { Trouble } from '../core/operating-error.ts';
import type { JobSide, SideLevel, Source } from './config.ts';
import { suggestionFor } from './did-you-mean.ts';
import { printPlace } from './schema-troubles.ts';
import type { FormatEntry, LandedEntry, SideEntry, SourceEntry } from './table-schema.ts';
import type { Place, YamlFile } from './yaml-file.ts';

/** By name; null for a source that is written wrongly, which is told already. */
export type Sources = ReadonlyMap<string, Source | null>;

export interface SideContext {
  readonly file: YamlFile;
  readonly place: Place;
  readonly sources: Sources;
  readonly troubles: Trouble[];
}

/** What a side takes from elsewhere where it says nothing itself. */
export interface SideBase {
  readonly system: System;
  readonly build: string | null;
  readonly landed: LandedWhen | null;
  readonly format: FileFormat | null;
  readonly levels: readonly SideLevel[] | null;
  /** The job's partition columns; null where they are written wrongly. */
  readonly partition: readonly string[] | null;
}

export function readSource(name: string, entry: SourceEntry, folder: string): Source {
  return {
    name,
    kind: entry.kind,
    root: resolve(folder, entry.root),
    landed: readLanded(entry.landed) ?? ANYTHING,
    format: readFormat(entry.format),
  };
}

/** Null where the source is unknown or broken; an unknown one is added to `troubles`, and levels that do not fit the job's. */
export function readSide(entry: SideEntry, base: SideBase, context: SideContext): JobSide | null {
  const source = findSource(entry.source, [...context.place, 'source'], context);
  if (entry.partition !== undefined) checkLevels(entry.partition, base.partition, context);
  if (source === null) return null;
  const below = (folder: string | undefined) => (folder === undefined ? null : resolve(source.root, folder));
  return {
    source: source.name,
    table: entry.table,
    root: resolve(source.root, entry.table),
    system: base.system,
    build: entry.build ?? base.build,
    levels: entry.partition?.map(readLevel) ?? base.levels,
    where: entry.where ?? null,
    format: readFormat(entry.format) ?? base.format ?? source.format,
    landed: readLanded(entry.landed) ?? base.landed ?? source.landed,
    delta: below(entry.delta),
    full_dump: below(entry.full_dump),
  };
}

/** Null where there is none or where it is broken; an unknown name is added to `troubles`. */
export function findSource(
  name: string,
  place: Place,
  { file, sources, troubles }: Pick<SideContext, 'file' | 'sources' | 'troubles'>,
): Source | null {
  const source = sources.get(name);
  if (source === undefined) {
    const message = `${printPlace(place)}: there is no source ${JSON.stringify(name)}`;
    troubles.push(file.trouble(place, message, suggestionFor(name, [...sources.keys()]) ?? 'name it below `sources`'));
  }
  return source ?? null;
}

type LevelEntry = NonNullable<SideEntry['partition']>[number];

function readLevel(entry: LevelEntry): SideLevel {
  if (typeof entry === 'string') return { column: entry, time_format: null };
  return { column: entry.column, time_format: entry.time_format ?? null };
}

function checkLevels(levels: readonly LevelEntry[], partition: readonly string[] | null, context: SideContext): void {
  const at: Place = [...context.place, 'partition'];
  const tell = (place: Place, message: string, hint?: string): void => {
    context.troubles.push(context.file.trouble(place, `${printPlace(place)}: ${message}`, hint));
  };
  const columns = levels.map((level) => readLevel(level).column);
  for (const [i, column] of columns.entries()) {
    if (columns.indexOf(column) < i) tell([...at, i], `${JSON.stringify(column)} is named twice`);
  }
  if (partition === null || partition.length === levels.length) return;
  const counted = `${levels.length} ${levels.length === 1 ? 'level' : 'levels'}`;
  if (partition.length === 0)
    tell(at, `${counted}, and the job names no partition columns`, 'add `partition: [...]` to the job');
  else
    tell(
      at,
      `${counted}, and the job has ${partition.length}: ${partition.join(', ')}`,
      'one for each, in the same order',
    );
}

/** Landed as soon as a data file is there. */
const ANYTHING: LandedWhen = { marker: null, is_manifest: false, quiet_ms: null, is_told: false };

export function readLanded(entry: LandedEntry | undefined): LandedWhen | null {
  if (entry === undefined) return null;
  if (entry === 'told') return { ...ANYTHING, is_told: true };
  return {
    marker: entry.marker ?? entry.manifest ?? null,
    is_manifest: entry.manifest !== undefined,
    quiet_ms: entry.quiet_time ?? null,
    is_told: false,
  };
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
