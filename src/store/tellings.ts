/** Landings that somebody told, until the folder shows them or they are refused. */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import { type Database, placeholders } from './database.ts';
import type { KnownTelling, SettledTelling, Telling } from './landing-record.ts';

const tellingRow = z.object({
  id: z.string(),
  job: z.string(),
  partition_key: z.string(),
  origin: z.string(),
  told: z.string(),
  told_at_ms: z.int(),
}) satisfies z.ZodType<Telling>;

const knownRow = tellingRow.extend({
  state: z.enum(['told', 'landed', 'waiting', 'overtaken', 'refused']),
  reason: z.string().nullable(),
}) satisfies z.ZodType<KnownTelling>;

export function tell(database: Database, tellings: readonly Telling[]): number {
  return restoreTellings(
    database,
    tellings.map((telling) => ({ ...telling, state: 'told', reason: null })),
  );
}

export function restoreTellings(database: Database, tellings: readonly KnownTelling[]): number {
  const insert = query('store/telling-insert', {}, placeholders(Object.keys(knownRow.shape)));
  return database.transaction(() => database.runEach(insert, tellings));
}

export function knownTellings(database: Database, ids: readonly string[]): ReadonlySet<string> {
  const rows = database.all(z.object({ id: z.string() }), query('store/tellings-known', {}, { ids }));
  return new Set(rows.map(({ id }) => id));
}

export function openTellings(database: Database, jobs: readonly string[]): Telling[] {
  return database.all(tellingRow, query('store/tellings-open', {}, { jobs }));
}

export function strayTellings(database: Database, jobs: readonly string[], limit: number): Telling[] {
  return database.all(tellingRow, query('store/tellings-stray', {}, { jobs, limit }));
}

export function landedTellings(database: Database, job: string, partition_key: string): Telling[] {
  return database.all(tellingRow, query('store/tellings-landed', {}, { job, partition_key }));
}

/** Whatever became of them. */
export function allTellings(database: Database): KnownTelling[] {
  return database.all(knownRow, query('store/tellings-all'));
}

/** For use inside a transaction. */
export function settleTellings(database: Database, settled: readonly SettledTelling[]): void {
  database.runEach(query('store/telling-settle', {}, placeholders(['id', 'state', 'reason'])), settled);
}
