/** Row differences by the key that is given, or else by the one that brings the two sides together best. */
import { betterPairing, inferredEvidence, looksWrong, type Pairing } from '../compare/alternate-keys.ts';
import type { ColumnPlan } from '../compare/column-plan.ts';
import { type ComparedRows, type CompareOptions, readRows } from '../compare/compare.ts';
import type { InferredKey } from '../compare/infer-key.ts';
import type { Comparison } from '../core/comparison.ts';
import { mapSides } from '../core/side.ts';
import { type DiffLimits, type DiffResult, diffRows } from '../diff/diff.ts';
import { readingSide } from './pair-reading.ts';
import { isKeyWanted, keysOf, type OpenedPair, planBy, rowsOf, type Settled } from './settle-plan.ts';

/** A pair that was compared, and does not match. */
export interface ComparedPair extends OpenedPair {
  readonly settled: Settled;
  readonly comparison: Comparison;
  readonly rows: ComparedRows;
  readonly options: CompareOptions;
  readonly limits: DiffLimits;
}

export interface KeyedDiff {
  readonly plan: ColumnPlan;
  readonly diff: DiffResult;
  /** How an inferred key was found and how sure it is; null where it was given, or there is none. */
  readonly evidence: string | null;
}

/** The tables of the diff that is returned stand in the session. */
export async function diffByKey(pair: ComparedPair): Promise<KeyedDiff> {
  const { settled, spec } = pair;
  if (!isKeyWanted(spec)) return { ...(await pairBy(pair, settled.plan, settled.plan)), evidence: null };
  const keys = settled.keys ?? (await keysOf(pair, settled.plan));
  const [first] = keys;
  if (first === undefined) return { ...(await pairBy(pair, settled.plan, settled.plan)), evidence: null };
  const attempt = await tryKey(pair, first);
  const { production, shadow } = pair.comparison.fingerprints;
  const isOneSided = production.row_count === 0n || shadow.row_count === 0n;
  if (isOneSided || !looksWrong(attempt.pairing)) return { ...attempt, evidence: inferredEvidence(first) };
  const next = keys[1] ?? (await keysOf(pair, settled.plan, [first.columns]))[0];
  if (next === undefined) return { ...attempt, evidence: inferredEvidence(first) };
  const other = await tryKey(pair, next);
  const tried = [attempt, other];
  if (betterPairing(attempt, other) === other) return { ...other, evidence: inferredEvidence(next, tried) };
  return { ...(await tryKey(pair, first, other.plan)), evidence: inferredEvidence(first, tried) };
}

interface Attempt extends Omit<KeyedDiff, 'evidence'>, Pairing {
  readonly key: InferredKey;
  readonly pairing: Pairing;
}

async function tryKey(pair: ComparedPair, key: InferredKey, before = pair.settled.plan): Promise<Attempt> {
  const plan = planBy(pair, key, pair.settled.found);
  const keyed = await pairBy(pair, plan, before);
  const { rows, columns } = keyed.diff.difference;
  const differing = plan.columns
    .filter(({ is_key }) => !is_key)
    .map(({ name }) => columns.find(({ column }) => column === name)?.differing_rows ?? 0n);
  const pairing = { rows, differing, key_columns: plan.key.length };
  return { ...keyed, ...pairing, key, pairing };
}

/** Rows that are kept whole do not depend on the key; the buckets in the session are those of the key tried `before`. */
async function pairBy(
  { engine, tables, filters, comparison, rows, options, limits }: ComparedPair,
  plan: ColumnPlan,
  before: ColumnPlan,
): Promise<Omit<KeyedDiff, 'evidence'>> {
  const isOtherKey = plan.key.join() !== before.key.join();
  const queries = mapSides(tables, (_, side) => rowsOf({ tables, filters }, plan, side));
  const again =
    rows.bucketing !== null && isOtherKey ? await readRows(engine, plan, queries, options, readingSide) : rows;
  return { plan, diff: await diffRows(engine, plan, again, comparison, limits) };
}
