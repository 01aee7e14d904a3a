/**
 * A pair of which everything is known that decides it is decided without an engine: opening one takes longer than all of
 * this, and a pair is looked at again whenever its rules change, whether or not that changes what its rows are read by.
 */

import { OperatingError } from '../core/operating-error.ts';
import { Inconclusive } from '../core/outcome.ts';
import { SIDES } from '../core/side.ts';
import type { Engine } from '../engine/engine.ts';
import { footerSchemas } from '../partition/footer-schema.ts';
import type { ReadSchemas } from '../partition/parquet-layout.ts';
import { type Decided, decidePair, type PinnedPair, type Progress } from './decide-pair.ts';

class NeedsEngine extends Error {}

/** Null for a pair that an engine is needed for. `engineVersion` is that of the engine that would read the files. */
export async function decideStored(
  pair: Omit<PinnedPair, 'schemas' | 'only_stored'>,
  engineVersion: string,
  progress: Progress,
): Promise<Decided | null> {
  if (!mayBeStored(pair)) return null;
  const schemas = new Map<string, ReadSchemas extends ReadonlyMap<string, infer Nodes> ? Nodes : never>();
  for (const side of SIDES) {
    const read = await footerSchemas(pair.pinned[side]);
    if (read === null) return null;
    for (const [path, nodes] of read) schemas.set(path, nodes);
  }
  try {
    return await decidePair(noEngine(engineVersion), { ...pair, schemas, only_stored: true }, progress);
  } catch (error) {
    // Trouble is told by who has seen the files with the engine's eyes.
    if (error instanceof NeedsEngine || error instanceof Inconclusive || error instanceof OperatingError) return null;
    throw error;
  }
}

/** Whether the rules need no engine to be understood, and something is known of as many files as there are. */
function mayBeStored({ request, pinned }: Pick<PinnedPair, 'request' | 'pinned'>): boolean {
  const { spec, anew, known } = request;
  const isPlain = SIDES.every((side) => spec.where[side] === null && pinned[side].format.kind === 'parquet');
  const isKnown = SIDES.every((side) => known[side].length >= pinned[side].files.length && known[side].length > 0);
  return !anew && isPlain && isKnown && spec.expressions.length === 0 && spec.sample === null;
}

function noEngine(version: string): Engine {
  const refuse = (): never => {
    throw new NeedsEngine();
  };
  return {
    version,
    run: async () => refuse(),
    stream: refuse,
    describe: async () => refuse(),
    cancel: refuse,
    close: async () => {},
  };
}
