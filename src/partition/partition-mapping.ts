/** Sides that name their partitions differently: `dt=20261120` here is `ds=2026-11-20` of the job. */
import type { PartitionKey, PartitionLevel } from '../core/partition-key.ts';
import { canonicalFormatOf, translateTime } from './time-format.ts';

/** One level of a side's folders: its column, and how it writes a time, such as `YYYYMMDD`; null: as the job does. */
export interface MappedLevel {
  readonly column: string;
  readonly time_format: string | null;
}

/** `reason`: why this key has no counterpart, in one sentence. */
export type MappedKey = { readonly key: PartitionKey } | { readonly reason: string };

/**
 * A side's own key of a job's key; the inverse of `jobKeyOf`. `columns` are the job's, `levels` the side's, in the same
 * order; without levels the side names partitions as the job does, and every key is its own.
 */
export function ownKeyOf(
  key: PartitionKey,
  columns: readonly string[],
  levels: readonly MappedLevel[] | null,
): MappedKey {
  return levels === null ? { key } : renamed(key, jobLevels(columns, levels), levels);
}

/** The job's key of a side's own key, times in canonical form: `2026-11-20`, `2026-11`, `05`, `2026-11-20T05`. */
export function jobKeyOf(
  ownKey: PartitionKey,
  columns: readonly string[],
  levels: readonly MappedLevel[] | null,
): MappedKey {
  return levels === null ? { key: ownKey } : renamed(ownKey, levels, jobLevels(columns, levels));
}

/** How the job writes what the side writes in these levels: a time in the canonical form of the same units. */
function jobLevels(columns: readonly string[], levels: readonly MappedLevel[]): MappedLevel[] {
  return columns.map((column, i) => {
    const own = levels[i]?.time_format ?? null;
    return { column, time_format: own === null ? null : canonicalFormatOf(own) };
  });
}

function renamed(key: PartitionKey, from: readonly MappedLevel[], to: readonly MappedLevel[]): MappedKey {
  const fits = key.levels.length === from.length && key.levels.every(({ column }, i) => column === from[i]?.column);
  if (!fits || from.length !== to.length) {
    return { reason: `its levels are not ${from.map(({ column }) => column).join(', ')}` };
  }
  const levels: PartitionLevel[] = [];
  for (const [i, { value }] of key.levels.entries()) {
    const [given, wanted] = [from[i] as MappedLevel, to[i] as MappedLevel];
    const translated = translate(value, given.time_format, wanted.time_format);
    if (translated === undefined)
      return { reason: `its value of ${given.column} is no time of the form ${formOf(given, wanted)}` };
    levels.push({ column: wanted.column, value: translated });
  }
  return { key: { levels } };
}

/** Hive's null partition is null on either side; `undefined` where the value is none of this format. */
function translate(value: string | null, from: string | null, to: string | null): string | null | undefined {
  if (value === null || (from === null && to === null)) return value;
  return from === null || to === null ? undefined : (translateTime(value, from, to) ?? undefined);
}

function formOf(given: MappedLevel, wanted: MappedLevel): string {
  return given.time_format ?? `${wanted.time_format}, which is no format of a partition's time`;
}
