/**
 * Left-over rows of one key, paired by least difference: fewest columns that differ beyond what is agreed, then fewest that
 * differ at all, then the order of production's files, then of the shadow's.
 *
 * Nearly every key stands once on each side, and there is nothing to choose: one join pairs all of those. Only what is left
 * is held against each other.
 */
import type { ColumnPlan } from '../compare/column-plan.ts';
import { agreedName } from '../compare/kept-rows.ts';
import { SIDES } from '../core/side.ts';
import type { Engine, EngineValue } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { agreedFormsEqual, dropCandidates, numberCandidates, pairBestFirst } from './best-first.ts';
import type { PartnerNote } from './partners.ts';

/** Pairs of one key that are looked at: a hundred rows a side. Beyond it the pairs of few rows cost more than all other rows. */
const KEY_PAIRS_MAX = 10_000;
/** Pairs that are held against each other and sorted at once, so that memory does not grow with them; about a second each million. */
const PART_PAIRS = 5_000_000;

/** Adds to `partners`; the left-over tables hold these columns. */
export async function pairByLeastDifference(
  engine: Engine,
  plan: ColumnPlan,
  columns: readonly number[],
  keysAreUnique: boolean,
): Promise<readonly PartnerNote[]> {
  const key = join(plan.key.map((i) => agreedName(plan, i)));
  const sameKey = join(
    plan.key.map((i) => agreedFormsEqual(plan, i, sql`p`, sql`s`)),
    ' AND ',
  );
  await engine.run(query('diff/partners-no-repeated'));
  let repeated = 0;
  for (const side of keysAreUnique ? [] : SIDES) {
    const { rows } = await engine.run(query('diff/partners-repeated', { key, rows: ident(`leftover_${side}`) }));
    repeated += Number(rows[0]?.[0] ?? 0);
  }
  const isSingle = repeated === 0 ? sql`true` : sql`hash(${key}) NOT IN (SELECT key_hash FROM repeated_keys)`;
  await engine.run(query('diff/partners-single', { is_single: isSingle, same_key: sameKey }));
  const notes = repeated === 0 ? [] : await pairRepeatedKeys(engine, plan, columns, { key, sameKey });
  await engine.run(query('diff/partners-drop', { table: ident('repeated_keys') }));
  return notes;
}

interface KeyForms {
  readonly key: Sql;
  readonly sameKey: Sql;
}

async function pairRepeatedKeys(
  engine: Engine,
  plan: ColumnPlan,
  columns: readonly number[],
  { key, sameKey }: KeyForms,
): Promise<readonly PartnerNote[]> {
  const sizes = { part_pairs: integer(PART_PAIRS), pairs_max: integer(KEY_PAIRS_MAX) };
  await engine.run(query('diff/partners-key-groups', { key, ...sizes }));
  const [parts, largeKeys, largeRows] = (await engine.run(query('diff/partners-key-parts'))).rows[0] ?? [];
  const candidates = { production: 0, shadow: 0 };
  for (const side of SIDES) {
    const rows = query('diff/partners-key-rows', { key, rows: ident(`leftover_${side}`) });
    candidates[side] = await numberCandidates(engine, side, rows);
  }
  for (const part of (parts ?? []) as readonly EngineValue[]) {
    await pairBestFirst(engine, plan, {
      pairs: query('diff/partners-key-pairs', { part: integer(Number(part)) }),
      rows: { production: ident('leftover_production'), shadow: ident('leftover_shadow') },
      // What makes the key without a rule is equal in every pair.
      columns: columns.filter((i) => !plan.key.includes(i) || plan.columns[i]?.agreed !== null),
      condition: sameKey,
      agreeing_min: 0,
      candidates,
    });
  }
  const notes: PartnerNote[] = [];
  if (Number(largeKeys) > 0) {
    await engine.run(query('diff/partners-in-order', { key: prefixed(plan), same_key: sameKey }));
    notes.push({
      code: 'large_key_groups',
      text: `${largeKeys} keys have more than ${KEY_PAIRS_MAX} possible pairs of differing rows: their ${largeRows} rows were paired in the order of the files`,
    });
  }
  await dropCandidates(engine);
  await engine.run(query('diff/partners-drop', { table: ident('key_groups') }));
  return notes;
}

function prefixed(plan: ColumnPlan): Sql {
  return join(plan.key.map((i) => sql`l.${agreedName(plan, i)}`));
}
