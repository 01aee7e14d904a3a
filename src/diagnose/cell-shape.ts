/** What differing cells look like when nothing explains them: direction of NULLs, lengths, relative errors, shifts. */
import { isNumeric } from '../core/column.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnCells } from './column-cells.ts';

/** Phrases for a sentence, without values of the data. */
export async function describeShape(engine: Engine, cells: ColumnCells, explained: Sql): Promise<readonly string[]> {
  const family = shapeFamily(cells);
  const { rows } = await engine.run(
    query('diagnose/shape', {
      reference: cells.changed.reference,
      candidate: cells.changed.candidate,
      differs: cells.differs,
      explained,
      measure: measureOf(family, cells),
      measures: join(MEASURES[family]),
    }),
  );
  const [referenceNulls, candidateNulls, ...measures] = rows[0] ?? [];
  const { reference, candidate } = cells.roles;
  return [
    ...nullPhrase(referenceNulls, reference),
    ...nullPhrase(candidateNulls, candidate),
    ...PHRASES[family](measures.map((measure) => (measure === null || measure === undefined ? null : String(measure)))),
  ];
}

type ShapeFamily = 'number' | 'time' | 'text';

function shapeFamily({ facts }: ColumnCells): ShapeFamily {
  const { types, families } = facts;
  if (isNumeric(types.reference) && isNumeric(types.candidate)) return 'number';
  const isTime = (family: string): boolean => family === 'timestamp' || family === 'date';
  return isTime(families.reference) && isTime(families.candidate) ? 'time' : 'text';
}

/** Of one cell: its relative error, shift in seconds, or change of length. */
function measureOf(family: ShapeFamily, { facts: { types } }: ColumnCells): Sql {
  if (family === 'time') return sql`TRY(epoch(CAST(candidate AS TIMESTAMP)) - epoch(CAST(reference AS TIMESTAMP)))`;
  if (family === 'text') return sql`length(CAST(candidate AS VARCHAR)) - length(CAST(reference AS VARCHAR))`;
  const error = sql`abs(CAST(candidate AS DOUBLE) - CAST(reference AS DOUBLE)) / nullif(abs(CAST(reference AS DOUBLE)), 0)`;
  // Others are finite always. Within a CASE the casts are made anew each time, which doubles what it costs.
  const mayBeInfinite = FLOATS.has(types.reference) || FLOATS.has(types.candidate);
  if (!mayBeInfinite) return error;
  return sql`CASE WHEN isfinite(CAST(candidate AS DOUBLE)) AND isfinite(CAST(reference AS DOUBLE)) THEN ${error} END`;
}

const FLOATS: ReadonlySet<string> = new Set(['FLOAT', 'DOUBLE']);

const MEASURES: Readonly<Record<ShapeFamily, readonly Sql[]>> = {
  number: [sql`printf('%.1e', min(measure))`, sql`printf('%.1e', max(measure))`],
  time: [
    sql`CAST(CAST(round(min(measure)) AS BIGINT) AS VARCHAR)`,
    sql`CAST(CAST(round(max(measure)) AS BIGINT) AS VARCHAR)`,
  ],
  text: [sql`count_if(measure > 0)`, sql`count_if(measure < 0)`, sql`count_if(measure = 0)`],
};

const PHRASES: Readonly<Record<ShapeFamily, (measures: readonly (string | null)[]) => readonly string[]>> = {
  number: ([min, max]) =>
    min === null || min === undefined ? [] : [`relative error between ${min} and ${max ?? min}`],
  time: ([min, max]) => (min === null || min === undefined ? [] : [`moved by between ${min} s and ${max ?? min} s`]),
  text: ([longer, shorter, same]) => [
    `${longer ?? 0} longer, ${shorter ?? 0} shorter, ${same ?? 0} of the same length`,
  ],
};

function nullPhrase(count: EngineValue | undefined, side: string): readonly string[] {
  return count === undefined || count === null || BigInt(String(count)) === 0n ? [] : [`${side} is NULL in ${count}`];
}
