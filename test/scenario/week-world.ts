/**
 * Two systems that write partitions for a week, as a script out of a seed, and what must be found of it: a model that
 * knows only what it wrote itself and when somebody looked.
 */
import { appendFile, copyFile, mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { sql, value } from '../../src/sql/sql.ts';

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const QUIET_MS = 20 * 60_000;
/** A telling may be so much ahead of the clock; one that is further ahead waits. */
const AHEAD_MS = 5 * 60_000;
/** Due time and grace of every job of the world. */
const ALLOWED_MS = 3 * HOUR;

type Side = 'production' | 'shadow';
type Variant = 'clean' | 'other' | 'short';

export const CONFIG = `
version: 1
store: ./store
sources:
  marked: { kind: folder, root: ./warehouse, landed: { marker: _SUCCESS } }
  quiet: { kind: folder, root: ./warehouse, landed: { quiet_time: 20m } }
  told: { kind: folder, root: ./warehouse, landed: told }
landings: [./landings.jsonl]
defaults: { due: 2h, grace: 1h }
schedules: { catch_up: { window: 7d } }
limits: { workers: 2 }
ingestion_jobs:
  orders:
    { production: { source: marked, table: production/orders }, shadow: { source: marked, table: shadow/orders }, partition: [ds], key: [id] }
  clicks:
    { production: { source: marked, table: production/clicks }, shadow: { source: marked, table: shadow/clicks }, partition: [ds, hour], key: [id] }
  events:
    { production: { source: quiet, table: production/events }, shadow: { source: quiet, table: shadow/events }, partition: [ds], key: [id] }
  ledger:
    { production: { source: told, table: production/ledger }, shadow: { source: told, table: shadow/ledger }, partition: [ds], key: [id] }
`;

/** Somebody writes a partition. */
export interface Write {
  readonly at_ms: number;
  readonly job: string;
  readonly side: Side;
  readonly key: string;
  readonly end_ms: number;
  readonly variant: Variant;
}

/** What must have been recorded: which landings of both sides met, and what that came to. */
export interface ExpectedComparison {
  readonly job: string;
  readonly key: string;
  /** Numbers of the landings that were seen, from 1; null: that side was missing. */
  readonly production: number | null;
  readonly shadow: number | null;
  /** Inconclusive: at the deadline a folder was there that had not landed. */
  readonly outcome: 'match' | 'mismatch' | 'inconclusive';
}

/** The week's writes in their order: most in time, some late, some never, some bad, some bad and repaired, some backfilled. */
export function plannedWrites(start_ms: number, days: number, random: () => number): Write[] {
  const writes: Write[] = [];
  const plan = (job: string, key: string, end_ms: number): void => {
    const late = random();
    const soon = (): number => end_ms + Math.floor(random() * 1.5 * HOUR);
    const write = (side: Side, at_ms: number, variant: Variant): void => {
      writes.push({ at_ms, job, side, key, end_ms, variant });
    };
    const first: Variant = random() < 0.2 ? (random() < 0.5 ? 'other' : 'short') : 'clean';
    write('production', soon(), 'clean');
    if (late < 0.04) return; // the shadow never comes
    const at = late < 0.12 ? end_ms + ALLOWED_MS + Math.floor(random() * 9 * HOUR) : soon();
    write('shadow', at, first);
    if (first !== 'clean' && random() < 0.5) {
      write('shadow', at + Math.floor((1 + random() * 8) * HOUR), 'clean');
      if (random() < 0.5) write('shadow', at + Math.floor((10 + random() * 8) * HOUR), first);
    } else if (random() < 0.08) {
      // A backfill of both sides, days later.
      const again = at + Math.floor((20 + random() * 40) * HOUR);
      write('production', again, 'short');
      write('shadow', again + Math.floor(random() * 4 * HOUR), 'short');
    }
  };
  for (let day = 0; day < days; day += 1) {
    const from_ms = start_ms + day * DAY;
    const ds = new Date(from_ms).toISOString().slice(0, 10);
    for (const job of ['orders', 'events', 'ledger']) plan(job, `ds=${ds}`, from_ms + DAY);
    for (let hour = 0; hour < 24; hour += 3) {
      plan('clicks', `ds=${ds}/hour=${String(hour).padStart(2, '0')}`, from_ms + (hour + 1) * HOUR);
    }
  }
  return writes.sort((one, other) => one.at_ms - other.at_ms);
}

interface Landed {
  readonly variant: Variant;
  readonly at_ms: number;
  readonly version: number;
}

/** The warehouse on disk, and what the model knows of it. */
export class World {
  readonly folder: string;
  readonly #landed = new Map<string, Landed>();
  readonly #seen = new Map<string, { version: number; number: number; variant: Variant }>();
  readonly #ends = new Map<string, number>();
  readonly #expected = new Map<string, ExpectedComparison>();
  #versions = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  async begin(): Promise<string> {
    const engine = await openDuckdb({ files: [], spill: this.folder, threads: 1, memory_bytes: null });
    const rows = {
      clean: sql`SELECT i AS id, 'v' || i AS name, i * 3 AS amount FROM range(40) t(i)`,
      other: sql`SELECT i AS id, CASE WHEN i % 4 = 1 THEN upper('v' || i) ELSE 'v' || i END AS name, i * 3 AS amount FROM range(40) t(i)`,
      short: sql`SELECT i AS id, 'v' || i AS name, i * 3 AS amount FROM range(33) t(i)`,
    };
    for (const [variant, query] of Object.entries(rows)) {
      await engine.run(sql`COPY (${query}) TO ${value(join(this.folder, `${variant}.parquet`))} (FORMAT parquet)`);
    }
    await engine.close();
    for (const side of ['production', 'shadow']) {
      for (const job of ['orders', 'clicks', 'events', 'ledger']) {
        await mkdir(join(this.folder, 'warehouse', side, job), { recursive: true });
      }
    }
    await writeFile(join(this.folder, 'landings.jsonl'), '');
    const config = join(this.folder, 'shadowcheck.yaml');
    await writeFile(config, CONFIG);
    return config;
  }

  async write({ at_ms, job, side, key, end_ms, variant }: Write): Promise<void> {
    const folder = join(this.folder, 'warehouse', side, job, key);
    await mkdir(folder, { recursive: true });
    await rm(join(folder, '_SUCCESS'), { force: true });
    this.#versions += 1;
    const part = join(folder, 'part-0.parquet');
    await copyFile(join(this.folder, `${variant}.parquet`), `${folder}/.part`);
    await utimes(`${folder}/.part`, at_ms / 1000, at_ms / 1000);
    await rename(`${folder}/.part`, part);
    if (job === 'orders' || job === 'clicks') {
      await writeFile(join(folder, '_SUCCESS'), '');
      await utimes(join(folder, '_SUCCESS'), at_ms / 1000, at_ms / 1000);
    }
    if (job === 'ledger')
      await this.#tell({ job, side, partition_key: key, landed_at: new Date(at_ms).toISOString() }, part);
    // A folder that changed is not quiet either.
    await utimes(folder, at_ms / 1000, at_ms / 1000);
    this.#landed.set(`${job} ${key} ${side}`, { variant, at_ms, version: this.#versions });
    this.#ends.set(`${job} ${key}`, end_ms);
  }

  /** Some landings are told twice, and some lines are of nobody. */
  async #tell(landing: Readonly<Record<string, unknown>>, part: string): Promise<void> {
    const { size } = await stat(part);
    const build = this.#versions % 2 === 0 ? '2310' : '2311';
    const line = `${JSON.stringify({ ...landing, build, size_bytes: size })}\n`;
    const stray = this.#versions % 5 === 0 ? `${JSON.stringify({ ...landing, job: 'nobody' })}\n` : '';
    await appendFile(join(this.folder, 'landings.jsonl'), line + stray + (this.#versions % 3 === 0 ? line : ''));
  }

  /** Somebody looked at this time, and was not interrupted. */
  looked(at_ms: number): void {
    for (const [place, landed] of this.#landed) {
      const isThere = place.startsWith('events ')
        ? at_ms - landed.at_ms >= QUIET_MS
        : !place.startsWith('ledger ') || landed.at_ms <= at_ms + AHEAD_MS;
      const seen = this.#seen.get(place);
      if (!isThere || seen?.version === landed.version) continue;
      const { version, variant } = landed;
      this.#seen.set(place, { version, variant, number: (seen?.number ?? 0) + 1 });
    }
    for (const [pair, end_ms] of this.#ends) {
      const [job, key] = pair.split(' ') as [string, string];
      const production = this.#seen.get(`${pair} production`) ?? null;
      const shadow = this.#seen.get(`${pair} shadow`) ?? null;
      if (production === null && shadow === null) continue;
      if ((production === null || shadow === null) && end_ms + ALLOWED_MS >= at_ms) continue;
      // A side that is being written again is not what was seen any more, and not yet a landing: nothing can be compared.
      if (
        production !== null &&
        shadow !== null &&
        (this.#isMoving(pair, 'production') || this.#isMoving(pair, 'shadow'))
      )
        continue;
      const absent = production === null ? 'production' : 'shadow';
      const isMatch = production !== null && shadow !== null && production.variant === shadow.variant;
      const isHalf = production === null || shadow === null;
      const isThere = isHalf && this.#landed.has(`${pair} ${absent}`);
      const outcome = isMatch ? 'match' : isThere ? 'inconclusive' : 'mismatch';
      const numbers = { production: production?.number ?? null, shadow: shadow?.number ?? null };
      const place = JSON.stringify([job, key, numbers]);
      if (!this.#expected.has(place)) this.#expected.set(place, { job, key, ...numbers, outcome });
    }
  }

  #isMoving(pair: string, side: Side): boolean {
    return this.#landed.get(`${pair} ${side}`)?.version !== this.#seen.get(`${pair} ${side}`)?.version;
  }

  expected(): ExpectedComparison[] {
    return [...this.#expected.values()].sort(inOrder);
  }
}

export function inOrder(one: ExpectedComparison, other: ExpectedComparison): number {
  const text = ({ job, key, production, shadow }: ExpectedComparison): string =>
    JSON.stringify([job, key, production, shadow]);
  return text(one) < text(other) ? -1 : 1;
}
