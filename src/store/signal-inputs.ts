/** What landings were made from, asked for many at once: a segment of the signal log tells thousands of landings. */
import { z } from 'zod';
import { TABLE_ROLES } from '../core/landing.ts';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';
import type { LandingInput } from './landing-record.ts';

export interface SignalInputs {
  /** By landing id, in the order in which they were told; landings without inputs are not among them. */
  inputsOfLandings(ids: readonly string[]): ReadonlyMap<string, readonly LandingInput[]>;
}

const inputRow = z.object({
  of: z.string(),
  table_role: z.enum(TABLE_ROLES),
  table: z.string(),
  partition_key: z.string(),
  landing_id: z.string().nullable(),
});

export function signalInputsIn(database: Database): SignalInputs {
  return {
    inputsOfLandings(ids) {
      const inputs = new Map<string, LandingInput[]>();
      for (const { of, ...input } of database.all(inputRow, query('store/landing-inputs-of-many', {}, { ids }))) {
        const told = inputs.get(of);
        if (told === undefined) inputs.set(of, [input]);
        else told.push(input);
      }
      return inputs;
    },
  };
}
