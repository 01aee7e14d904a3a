/** Whether the engine failed on a user's condition rather than on the data. Asked only once something has failed. */
import type { OperatingError } from '../core/operating-error.ts';
import { SIDES, type Side, type Sided } from '../core/side.ts';
import { type Engine, EngineError } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import type { Sql } from '../sql/sql.ts';
import { userSqlTrouble } from './user-sql.ts';

export interface AskedRows {
  /** The conditions as they were written. */
  readonly where: Sided<string | null>;
  /** A side's rows, with its condition and without. */
  readonly rowsOf: (side: Side, filtered: boolean) => Sql;
}

/** `expression_failed` for the first side whose rows can be counted without its condition and cannot with it; else null. */
export async function filterTrouble(engine: Engine, { where, rowsOf }: AskedRows): Promise<OperatingError | null> {
  for (const side of SIDES) {
    const text = where[side];
    if (text === null || (await failureOf(engine, rowsOf(side, false))) !== null) continue;
    const failure = await failureOf(engine, rowsOf(side, true));
    if (failure === null) continue;
    const trouble = userSqlTrouble(failure, { code: 'expression_failed', text, place: side });
    if (trouble !== null) return trouble;
  }
  return null;
}

async function failureOf(engine: Engine, side: Sql): Promise<EngineError | null> {
  try {
    await engine.run(query('compare/row-count', { side }));
    return null;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
}
