/**
 * Landings that somebody told: a landing log, or a request to the service. What is told is looked at before it is believed:
 * a telling that does not hold yet (nothing at the place, another size, a time that lies ahead) waits and is looked at
 * again by every pass, until it holds. One of which the files were written over before anybody looked is overtaken, once a
 * later telling of its partition has held; it waits as long as the clocks may be wrong about which of the two is the later.
 */
import type { Config, IngestionJob } from '../config/config.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import type { OpenEngine } from '../engine/engine.ts';
import { CLOCKS_DIFFER_MS } from '../partition/judge-landed.ts';
import type { Catalog } from '../store/catalog.ts';
import type { LookRecord, PairPlace, SettledTelling, Telling } from '../store/landing-record.ts';
import { toldBy } from '../store/told-landing.ts';
import { readToldLandings } from '../store/told-reader.ts';
import { pairPlacesOf } from './job-tables.ts';
import { type HeldTelling, judgeTelling, type UnheldTelling } from './judge-telling.ts';

/** Reads the landing logs of the config into the catalog; returns what could not be used of them, each once. */
export async function readTellings(
  config: Config,
  catalog: Catalog,
  openEngine: OpenEngine,
  now: () => Date,
): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  const onTrouble = (error: OperatingError): void => void troubles.push(...error.troubles);
  for (const location of config.landings) {
    try {
      for await (const part of readToldLandings(location, catalog.toldSegments, openEngine, now, onTrouble)) {
        catalog.tell(part.tellings);
        catalog.recordToldSegments([part.segment]);
        for (const { place, reason } of part.quarantined) {
          troubles.push({ code: 'landing_not_understood', subject: place, message: reason });
        }
      }
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      onTrouble(error);
    }
  }
  const jobs = [...config.jobs.keys()];
  for (const { job, origin } of catalog.strayTellings(jobs, STRAYS_TOLD)) {
    const message = `a landing was told of job ${JSON.stringify(job)}, which is not in the config; it waits until it is`;
    troubles.push({ code: 'landing_of_unknown_job', subject: origin, message });
  }
  return troubles;
}

/** Of landings of unknown jobs, so many are told on every run; all of them are counted in the metrics. */
const STRAYS_TOLD = 20;

/** What the open tellings of a job come to now, as a record for the catalog, and those that do not hold (yet). */
export async function findTold(
  job: IngestionJob,
  catalog: Catalog,
  now_ms: number,
  signal: AbortSignal,
): Promise<{ readonly look: LookRecord; readonly troubles: readonly Trouble[] }> {
  const open = catalog
    .openTellings([job.name])
    .map((telling) => ({ telling, landing: toldBy(telling) }))
    .sort((one, other) => (one.landing?.landed_at_ms ?? 0) - (other.landing?.landed_at_ms ?? 0));
  // Of two tellings that hold for the same files, the later one counts.
  const held = new Map<string, HeldTelling>();
  const judged: { readonly telling: Telling; readonly is: HeldTelling | UnheldTelling }[] = [];
  for (const { telling, landing } of open) {
    if (signal.aborted) break; // what was judged is recorded, the rest is open
    const is = await judgeTelling(job, landing, catalog, now_ms);
    judged.push({ telling, is });
    if (is.state === 'landed') held.set(is.place, is);
  }
  const told: SettledTelling[] = [];
  const troubles: Trouble[] = [];
  for (const { telling, is } of judged) {
    const isOvertaken =
      is.state === 'landed'
        ? held.get(is.place) !== is
        : is.is_overtaken || (held.get(is.place ?? '')?.landing.landed_at_ms ?? 0) > is.landed_at_ms;
    const isOver = is.state === 'landed' || now_ms - telling.told_at_ms > CLOCKS_DIFFER_MS;
    const reason = is.state === 'landed' ? null : is.reason;
    told.push({ id: telling.id, state: isOvertaken && isOver ? 'overtaken' : is.state, reason });
    if (is.state !== 'landed' && !isOvertaken && troubles.length < WAITING_TOLD)
      troubles.push(notBelieved(telling, is));
  }
  const found = [...held.values()];
  const pairs: PairPlace[] = found.flatMap(({ landing, side }) => {
    const times = { due_ms: landing.due_at_ms, landed_ms: landing.landed_at_ms };
    return pairPlacesOf({ job, id: landing.table, side }, landing.partition_key, times);
  });
  return { look: { found: found.map(({ landing }) => landing), gone: [], pairs, stamps: [], told }, troubles };
}

/** Of a job, so many are told in a pass. */
const WAITING_TOLD = 5;

function notBelieved({ job, partition_key, origin }: Telling, judged: UnheldTelling): Trouble {
  const code = judged.state === 'refused' ? 'landing_refused' : 'landing_waits';
  const hint = judged.state === 'refused' ? 'tell it again, rightly' : 'it is looked at again by every pass';
  return {
    code,
    subject: `${job}/${partition_key}`,
    place: origin,
    message: `told to have landed: ${judged.reason}`,
    hint,
  };
}
