/** What a look means for the landings that are known: which are new, which take the place of others, which are gone. */
import type { FoundLanding, LandingInput, LandingRecord, LookRecord } from './landing-record.ts';
import { landingIdOf } from './landing-rows.ts';

/** What is known where a look found something. */
export interface KnownLandings {
  /** The landing that stands for a partition, gone or not; by `partitionOf`. */
  readonly current: ReadonlyMap<string, LandingRecord>;
  /** Whether a comparison refers to this landing: then nothing that was told of it changes any more. */
  readonly isCompared: (landing: LandingRecord) => boolean;
  readonly now_ms: number;
}

export interface JudgedLook {
  readonly added: readonly LandingRecord[];
  /** Of those that were known before. */
  readonly changed: readonly LandingRecord[];
  /** By landing id. `replace`: they take the place of what was told before; else they count only where nothing was. */
  readonly inputs: readonly {
    readonly landing_id: string;
    readonly inputs: readonly LandingInput[];
    readonly replace: boolean;
  }[];
}

type Place = Pick<LandingRecord, 'job' | 'table' | 'partition_key'>;

/** Names have no NUL; a half surrogate pair reads back from the catalog as the replacement character. */
export function partitionOf({ job, table, partition_key }: Place): string {
  return `${job}\0${table}\0${partition_key}`.toWellFormed();
}

/** Pure. A partition that is found more than once is taken in the order in which it was found. */
export function judgeLook(look: Pick<LookRecord, 'found' | 'gone'>, known: KnownLandings): JudgedLook {
  const current = new Map<string, LandingRecord>();
  const added = new Map<string, LandingRecord>();
  const changed = new Map<string, LandingRecord>();
  const inputs: JudgedLook['inputs'][number][] = [];
  const keep = (landing: LandingRecord): void => {
    (added.has(landing.id) ? added : changed).set(landing.id, landing);
  };
  for (const found of look.found) {
    const partition = partitionOf(found);
    const before = current.get(partition) ?? known.current.get(partition) ?? null;
    if (before === null || before.files_hash !== found.files_hash) {
      const landing = newLanding(found, before, known.now_ms);
      if (before !== null) keep({ ...before, superseded_by: landing.id });
      added.set(landing.id, landing);
      current.set(partition, landing);
      if (found.inputs.length > 0) inputs.push({ landing_id: landing.id, inputs: found.inputs, replace: true });
      continue;
    }
    const tells = found.landed_at_from === 'told' && before.landed_at_from !== 'told' && !known.isCompared(before);
    const after = { ...(tells ? retold(before, found) : filledIn(before, found)), gone_at_ms: null };
    if (differ(before, after)) {
      keep(after);
      current.set(partition, after);
    }
    if (found.inputs.length > 0) inputs.push({ landing_id: before.id, inputs: found.inputs, replace: tells });
  }
  const isFound = new Set(look.gone.length === 0 ? [] : look.found.map(partitionOf));
  for (const place of look.gone) {
    const before = known.current.get(partitionOf(place));
    if (before === undefined || before.gone_at_ms !== null || isFound.has(partitionOf(place))) continue;
    changed.set(before.id, { ...before, gone_at_ms: known.now_ms });
  }
  return { added: [...added.values()], changed: [...changed.values()], inputs };
}

/** Field by field: a million of them are made, and a rest pattern costs as much as the rest of this file. */
function newLanding(found: FoundLanding, before: LandingRecord | null, now_ms: number): LandingRecord {
  const { job, table, partition_key, files_hash } = found;
  const sequence = (before?.sequence ?? 0) + 1;
  return {
    id: landingIdOf({ job, table, partition_key, sequence, files_hash }),
    job,
    table,
    table_role: found.table_role,
    partition_key,
    sequence,
    location: found.location,
    system: found.system,
    build: found.build,
    run_kind: found.run_kind,
    partition_start_ms: found.partition_start_ms,
    partition_end_ms: found.partition_end_ms,
    due_at_ms: found.due_at_ms,
    landed_at_ms: found.landed_at_ms,
    landed_at_from: found.landed_at_from,
    discovered_at_ms: now_ms,
    files_hash,
    file_count: found.file_count,
    size_bytes: found.size_bytes,
    row_count: found.row_count,
    cpu_seconds: found.cpu_seconds,
    storage_bytes: found.storage_bytes,
    integrity: found.integrity,
    superseded_by: null,
    gone_at_ms: null,
  };
}

/** What was not known and is told now, and where it stands now: folders are moved, and disks mounted elsewhere. */
function filledIn(before: LandingRecord, found: FoundLanding): LandingRecord {
  return { ...before, location: found.location, ...firstKnown(before, found) };
}

/** Who wrote it knows better than what marker, manifest and config say. */
function retold(before: LandingRecord, found: FoundLanding): LandingRecord {
  const { location, landed_at_ms, landed_at_from } = found;
  return { ...before, location, landed_at_ms, landed_at_from, ...firstKnown(found, before) };
}

type Told = Pick<
  FoundLanding,
  'system' | 'build' | 'run_kind' | 'due_at_ms' | 'row_count' | 'cpu_seconds' | 'storage_bytes'
>;

/** What the first of two knows, and of the rest what the second does. */
function firstKnown(first: Told, second: Told): Told {
  return {
    system: first.system ?? second.system,
    build: first.build ?? second.build,
    run_kind: first.run_kind ?? second.run_kind,
    due_at_ms: first.due_at_ms ?? second.due_at_ms,
    row_count: first.row_count ?? second.row_count,
    cpu_seconds: first.cpu_seconds ?? second.cpu_seconds,
    storage_bytes: first.storage_bytes ?? second.storage_bytes,
  };
}

function differ(before: LandingRecord, after: LandingRecord): boolean {
  return (Object.keys(after) as (keyof LandingRecord)[]).some((name) => after[name] !== before[name]);
}
