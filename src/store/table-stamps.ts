/** What the tables looked like, so that the next look lists only what changed. */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import { type Database, placeholders } from './database.ts';
import type { TableStamp } from './landing-record.ts';

export interface ReplacedStamp {
  readonly before: string;
  readonly after: string;
}

const stampRow = z.object({ stamp: z.string() });
const NAMES = ['job', 'table', 'stamp', 'partition_count'];

/** For use inside a transaction. */
export function writeStamps(database: Database, stamps: readonly TableStamp[]): void {
  database.runEach(query('store/table-stamp-write', {}, placeholders(NAMES)), stamps);
}

export function stampOf(database: Database, job: string, table: string): string | null {
  return database.one(stampRow, query('store/table-stamp-read', {}, { job, table }))?.stamp ?? null;
}

export function replaceStamp(database: Database, job: string, table: string, replaced: ReplacedStamp): void {
  database.run(query('store/table-stamp-replace', {}, { job, table, ...replaced }));
}
