/**
 * Compares landed pairs: same or not, and by what; why is asked later, and only of what is no match.
 *
 *   pin ─► (other files than recorded: superseded) ─► decide ─► look at the files again
 *
 * The pairs of a batch share one engine. Trouble of one is its own: it comes out as inconclusive with its reason.
 */
import { join } from 'node:path';
import { filterFailure } from '../analyze/pair-reading.ts';
import { makeSpillFolder } from '../analyze/spill-folder.ts';
import { messageOf, type OperatingError } from '../core/operating-error.ts';
import { Inconclusive } from '../core/outcome.ts';
import { mapSides, SIDES, type Side, type Sided } from '../core/side.ts';
import { type Engine, EngineError, type OpenEngine } from '../engine/engine.ts';
import { inconclusiveFromEngineError } from '../partition/engine-trouble.ts';
import type { PinnedLanding } from '../partition/pin.ts';
import { readablePaths } from '../partition/side-table.ts';
import type { FingerprintSource } from '../store/comparison-record.ts';
import { BatchSession } from './batch-session.ts';
import type { CompareBatch, CompareRequest, CompareResult } from './compare-request.ts';
import { inconclusiveResult, NOTHING_SEEN, type Seen, unreadSide } from './compare-result.ts';
import { type Decided, decidePair, type Progress } from './decide-pair.ts';
import { decideStored } from './decide-stored.ts';
import { pinPair, recheckPair, superseded, supersededSides, withSpill } from './pinned-pair.ts';
import type { SideSums } from './side-sums.ts';

export interface CompareEffects {
  readonly openEngine: OpenEngine;
  /** Monotonic; measures the results' seconds. */
  readonly now_ms: () => number;
}

/** Compares one pair, in an engine of its own. See `compareBatch`. */
export async function comparePair(
  request: CompareRequest,
  setting: Omit<CompareBatch, 'requests'>,
  effects: CompareEffects,
): Promise<CompareResult> {
  const [result] = await compareBatch({ ...setting, requests: [request] }, effects);
  return result as CompareResult;
}

/**
 * Compares pairs, one after the other; returns a result for each, in their order. Never throws for what data or files do,
 * nor for a spec that does not fit them: such a pair is inconclusive. Throws `OperatingError` (exit 4) for trouble of the
 * machine, such as a full disk. Whoever asks removes the spill folder.
 */
export async function compareBatch(batch: CompareBatch, effects: CompareEffects): Promise<CompareResult[]> {
  await makeSpillFolder(batch.spill);
  const looks: Look[] = [];
  for (const [i, request] of batch.requests.entries()) {
    looks.push(await firstLook(request, join(batch.spill, String(i)), effects));
  }
  const sides = looks.flatMap(({ pinned, spill }) =>
    pinned === null ? [] : SIDES.map((side) => ({ landing: pinned[side], spill })),
  );
  const session = new BatchSession(
    effects.openEngine,
    {
      // What an engine may read cannot be changed once it is open.
      files: sides.flatMap(({ landing, spill }) => readablePaths(landing, spill)),
      spill: batch.spill,
      threads: batch.threads,
      memory_bytes: batch.memory_bytes,
    },
    sides.map(({ landing }) => landing),
  );
  try {
    const results: CompareResult[] = [];
    for (const look of looks) results.push(look.result ?? (await decide(look, session, effects)));
    return results;
  } finally {
    await session.end();
  }
}

/** A pair as it was found, before any engine: pinned, or decided already. */
type Look = { readonly request: CompareRequest; readonly spill: string; readonly seconds: number } & (
  | { readonly pinned: Sided<PinnedLanding>; readonly result: null }
  | { readonly pinned: null; readonly result: CompareResult }
);

type PinnedLook = Look & { readonly result: null };

async function firstLook(request: CompareRequest, spill: string, { now_ms }: CompareEffects): Promise<Look> {
  const startedAt = now_ms();
  const seconds = (): number => (now_ms() - startedAt) / 1000;
  try {
    const pinned = await pinPair(request);
    const others = supersededSides(pinned);
    if (others.length === 0) return { request, spill, pinned, result: null, seconds: seconds() };
    const seen = { ...NOTHING_SEEN, pinned, superseded: others };
    const result = inconclusiveResult(request, superseded(others, pinned), seconds(), seen);
    return { request, spill, pinned: null, result, seconds: seconds() };
  } catch (error) {
    return { request, spill, pinned: null, result: undecided(request, error, seconds()), seconds: seconds() };
  }
}

async function decide(look: PinnedLook, session: BatchSession, effects: CompareEffects): Promise<CompareResult> {
  const { request, pinned, spill } = look;
  const startedAt = effects.now_ms();
  const seconds = (): number => look.seconds + (effects.now_ms() - startedAt) / 1000;
  const progress: Progress = { tables: null, plan: null };
  try {
    const decided = await withSpill(spill, pinned, async () => {
      const pair = { request, pinned, spill, memory_bytes: session.memory_bytes };
      const stored = session.version === null ? null : await decideStored(pair, session.version, progress);
      if (stored !== null) return stored;
      const schemas = await session.schemas();
      const engine = await session.engine();
      try {
        return await decidePair(engine, { ...pair, schemas, only_stored: false }, progress);
      } catch (error) {
        if (!isOfEngine(error)) throw error;
        const failed = await filterFailureOf(error, look, engine, progress);
        await session.end();
        throw failed ?? (await troubleOf(error, look));
      }
    });
    await recheckPair(pinned);
    return resultOf(look, decided, seconds());
  } catch (error) {
    const seen: Seen = { ...NOTHING_SEEN, pinned, schema: progress.plan?.schema ?? null };
    return undecided(request, error, seconds(), seen);
  }
}

/**
 * Files that went or changed after the landing was recorded say nothing of it, and they may be back in a moment: the pair
 * is looked at again, as one whose files are others.
 */
function undecided(request: CompareRequest, error: unknown, seconds: number, seen: Seen = NOTHING_SEEN): CompareResult {
  const moved = movedSides(error).filter((side) => request.landings[side].facts !== undefined);
  if (moved.length === 0) return inconclusiveResult(request, error, seconds, seen);
  const told = new Inconclusive('superseded', messageOf(error), { cause: error });
  return inconclusiveResult(request, told, seconds, { ...seen, superseded: moved });
}

function movedSides(error: unknown): readonly Side[] {
  if (!(error instanceof Inconclusive)) return [];
  if (error.reason === 'partition_changed' || error.reason === 'not_landed') return SIDES;
  return SIDES.filter((side) => error.reason === `${side}_missing`);
}

function isOfEngine(error: unknown): error is Error {
  return error instanceof EngineError || (error instanceof Inconclusive && error.cause instanceof EngineError);
}

/** The trouble of the user's condition, where that is what the engine failed on. */
async function filterFailureOf(
  error: Error,
  { request }: PinnedLook,
  engine: Engine,
  { tables, plan }: Progress,
): Promise<OperatingError | null> {
  if (tables === null || plan === null) return null;
  try {
    return await filterFailure(error, engine, request.spec, { tables, plan });
  } catch (other) {
    // The engine is past answering: then what it said first counts.
    if (other instanceof EngineError) return null;
    throw other;
  }
}

/** What an error of the engine comes from: files that changed while they were read, or what is in them. */
async function troubleOf(error: Error, { pinned }: PinnedLook): Promise<Error> {
  await recheckPair(pinned);
  return error instanceof Inconclusive ? error : inconclusiveFromEngineError('production', error);
}

function resultOf({ request, pinned }: PinnedLook, decided: Decided, seconds: number): CompareResult {
  const { outcome, plan, sums, totals, row_counts } = decided;
  return {
    comparison_id: request.comparison_id,
    outcome,
    inconclusive_reason: null,
    reason_text: sums === null ? null : refutedText(sums),
    superseded: [],
    kinds: outcome === 'mismatch' ? decided.kinds : [],
    differing_columns: decided.differing_columns,
    schema: plan.schema,
    sides: mapSides(pinned, (landing, side) => ({
      ...unreadSide(landing),
      row_count: row_counts[side],
      checksum: totals[side].checksum,
      files_read: sums?.[side].files_read ?? 0,
      files_same_bytes: sums?.[side].files.filter((file) => file === null).length ?? 0,
      fingerprints: sums?.[side].fresh ?? [],
    })),
    agreed_rows: decided.agreed_rows,
    fingerprint_source: sums === null ? null : sourceOf(sums),
    seconds,
  };
}

function sourceOf(sums: Sided<SideSums>): FingerprintSource | null {
  const sources = SIDES.map((side) => sums[side].source);
  const least = (['producer', 'stored', 'read'] as const).find((source) => sources.includes(source));
  return least ?? null;
}

/** A producer whose sums are wrong should hear of it, though they decided nothing. */
function refutedText(sums: Sided<SideSums>): string | null {
  const texts = SIDES.flatMap((side) => {
    const { refuted } = sums[side];
    const more = refuted.length > 1 ? ` and ${refuted.length - 1} more` : '';
    return refuted.length === 0
      ? []
      : [`the manifest of ${side} tells other sums than were read of ${refuted[0]}${more}`];
  });
  return texts.length === 0 ? null : texts.join('; ');
}
