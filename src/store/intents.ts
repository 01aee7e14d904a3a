import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import type { Database } from './database.ts';

const intentRow = z.object({ path: z.string(), logged_at_ms: z.int() });

export type Intent = Readonly<z.infer<typeof intentRow>>;

export interface Intents {
  /**
   * Says, before a file is published, where it will stand and what time it carries. Every repeat gets the first answer,
   * so that a retry after a crash writes the same bytes to the same name.
   */
  intend(kind: string, id: string, path: string, now_ms: number): Intent;
}

export function intentsIn(database: Database): Intents {
  return {
    intend(kind, id, path, now_ms) {
      database.run(query('store/intent-insert', {}, { kind, id, path, now_ms }));
      const first = database.one(intentRow, query('store/intent-read', {}, { kind, id }));
      if (first === null) throw new Error(`the intent ${kind} ${id} is gone`);
      return first;
    },
  };
}
