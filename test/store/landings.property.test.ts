import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Catalog, openCatalog } from '../../src/store/catalog.ts';
import type { LandingRecord, PairState } from '../../src/store/landing-record.ts';
import type { Lease } from '../../src/store/leases.ts';
import { compared, found, gone, look, NOW, place, TABLES, type TableName, taken } from './landing-samples.ts';

const SIDES: readonly TableName[] = ['production', 'shadow'];
const PARTITIONS = ['ds=2026-11-18', 'ds=2026-11-19', 'x=it%27s'];

interface KnownLanding {
  readonly files: string;
  isGone: boolean;
}
interface KnownPair {
  readonly production: string | null;
  readonly shadow: string | null;
  state: PairState;
}

/** What the catalog must come to, the slow and obvious way: all landings of a partition, and a pair per partition. */
class Model {
  readonly #landings = new Map<string, KnownLanding[]>();
  readonly #pairs = new Map<string, KnownPair>();
  readonly #compared = new Set<string>();

  landings(side: TableName, partition: string): KnownLanding[] {
    const place = `${side} ${partition}`;
    const known = this.#landings.get(place) ?? [];
    this.#landings.set(place, known);
    return known;
  }

  find(side: TableName, partition: string, files: string): number {
    const known = this.landings(side, partition);
    const current = known.at(-1);
    if (current?.files === files) {
      current.isGone = false;
      return 0;
    }
    known.push({ files, isGone: false });
    return 1;
  }

  lose(side: TableName, partition: string): void {
    const current = this.landings(side, partition).at(-1);
    if (current !== undefined) current.isGone = true;
  }

  /** The sequence and the files name a landing of a partition. */
  standing(side: TableName, partition: string): string | null {
    const known = this.landings(side, partition);
    const current = known.at(-1);
    return current === undefined || current.isGone ? null : `${known.length} ${current.files}`;
  }

  /** As `standing`, also where it is gone. */
  last(side: TableName, partition: string): string | null {
    const known = this.landings(side, partition);
    return known.length === 0 ? null : `${known.length} ${known.at(-1)?.files}`;
  }

  update(partition: string): void {
    const [production, shadow] = [this.standing('production', partition), this.standing('shadow', partition)];
    const before = this.#pairs.get(partition);
    if (production === null && shadow === null) {
      this.#pairs.delete(partition);
      return;
    }
    const isHalf = production === null || shadow === null;
    const isAsCompared =
      before?.production === this.last('production', partition) && before.shadow === this.last('shadow', partition);
    if (before?.state === 'compared' && isHalf && isAsCompared) return; // it was compared, and went since
    const isSame = before?.production === production && before.shadow === shadow;
    let state: PairState = 'pending';
    if (production !== null && shadow !== null) {
      state = this.#compared.has(`${partition} ${production} ${shadow}`) ? 'compared' : 'owed';
    } else if (isSame && (before.state === 'missing' || before.state === 'expired')) state = before.state;
    this.#pairs.set(partition, { production, shadow, state });
  }

  settle(partition: string): void {
    const pair = this.#pairs.get(partition);
    if (pair === undefined) return;
    const isWhole = pair.production !== null && pair.shadow !== null;
    pair.state = isWhole ? 'compared' : 'missing';
    if (isWhole) this.#compared.add(`${partition} ${pair.production} ${pair.shadow}`);
  }

  expire(): number {
    const pending = [...this.#pairs.values()].filter((pair) => pair.state === 'pending');
    for (const pair of pending) pair.state = 'expired';
    return pending.length;
  }

  pairs(): Map<string, KnownPair> {
    return this.#pairs;
  }
}

const side = fc.constantFrom(...SIDES);
const partition = fc.constantFrom(...PARTITIONS);
const seen = fc.record({ side, partition, files: fc.constantFrom('a', 'b', 'c') });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('look' as const),
      seen: fc.array(seen, { maxLength: 4 }),
      lost: fc.array(fc.record({ side, partition }), { maxLength: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('settle' as const), partition }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('expire' as const) }) },
);

test('whatever is found, changed, lost and compared, landings and pairs are as their history says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const catalog = openCatalog(':memory:');
      const lease = taken(catalog);
      const model = new Model();
      steps.forEach((one, i) => {
        if (one.act === 'look') takeLook(catalog, lease, model, one, NOW + i);
        else if (one.act === 'expire')
          expect(catalog.expirePairs(['orders'], NOW + 1e12, lease, NOW)).toBe(model.expire());
        else {
          const isKnown = model.pairs().has(one.partition);
          if (isKnown) catalog.commitComparisons([compared(catalog, { partition_key: one.partition })], [], lease, NOW);
          model.settle(one.partition);
        }
        expectSame(catalog, model);
      });
      catalog.close();
    }),
    { numRuns: 150 },
  );
});

function takeLook(
  catalog: Catalog,
  lease: Lease,
  model: Model,
  {
    seen,
    lost,
  }: {
    seen: readonly { side: TableName; partition: string; files: string }[];
    lost: readonly { side: TableName; partition: string }[];
  },
  now_ms: number,
): void {
  // Found and gone in one look: it is there.
  const really = lost.filter(
    (one) => !seen.some((other) => other.side === one.side && other.partition === one.partition),
  );
  for (const one of really) model.lose(one.side, one.partition);
  const isNew = seen.map((one) => model.find(one.side, one.partition, one.files)).reduce((sum, n) => sum + n, 0);
  const touched = new Set([...seen, ...lost].map((one) => one.partition));
  for (const partition of touched) model.update(partition);
  const record = look({
    found: seen.map((one) => found(one.side, one.files, { partition_key: one.partition })),
    gone: lost.map((one) => gone(one.side, one.partition)),
    pairs: [...touched].map((partition_key) => place({ partition_key })),
  });
  expect(catalog.commitLook(record, lease, now_ms)).toBe(isNew);
}

function expectSame(catalog: Catalog, model: Model): void {
  const named = (landing: LandingRecord | null): string | null =>
    landing === null ? null : `${landing.sequence} ${landing.files_hash}`;
  for (const side of SIDES) {
    for (const partition of PARTITIONS) {
      const landings = catalog.landingsOf('orders', TABLES[side], partition);
      const known = model.landings(side, partition);
      expect(landings.map(({ files_hash }) => files_hash)).toEqual(known.map(({ files }) => files));
      expect(landings.map(({ sequence }) => sequence)).toEqual(known.map((_, i) => i + 1));
      expect(landings.map(({ superseded_by }) => superseded_by)).toEqual(
        [...landings.slice(1).map(({ id }) => id), null].slice(0, landings.length),
      );
      const current = catalog.currentLanding('orders', TABLES[side], partition);
      expect(current).toEqual(landings.at(-1) ?? null);
      expect(current === null || current.gone_at_ms !== null).toBe(model.standing(side, partition) === null);
    }
  }
  const pairs = new Map(
    catalog
      .pairsOf('orders', 99)
      .map(({ partition_key, state, landings }) => [
        partition_key,
        { production: named(landings.production), shadow: named(landings.shadow), state },
      ]),
  );
  expect(pairs).toEqual(model.pairs());
  const states = [...model.pairs().values()].map(({ state }) => state);
  const counted = Object.fromEntries(
    [...Map.groupBy(states, (state) => state)].map(([state, all]) => [state, all.length]),
  );
  expect(catalog.jobSummaries()[0]?.pairs ?? {}).toEqual(counted);
  expect(catalog.healthFacts().pairs).toMatchObject(counted);
  const owed = [...model.pairs()].filter(([, pair]) => pair.state === 'owed').map(([partition]) => partition);
  expect(
    catalog
      .owedPairs(['orders'], 99)
      .map(({ partition_key }) => partition_key)
      .sort(),
  ).toEqual(owed.sort());
}
