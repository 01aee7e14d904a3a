/** The pairings of a job: which two tables are compared for which purpose, and what equal means between them. */
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { mapSides, SIDES, type Sided } from '../core/side.ts';
import type { Spec } from '../core/spec.ts';
import type { ToldLanding } from '../store/told-landing.ts';
import type { IngestionJob, JobSide } from './config.ts';

export const MIGRATION = 'migration';

export interface Pairing {
  readonly name: string;
  readonly sides: Sided<JobSide>;
}

/** The migration first, then the others that the config names. */
export function pairingsOf(job: IngestionJob): readonly Pairing[] {
  const others = Object.entries(job.pairings).map(([name, sides]) => ({ name, sides }));
  return [{ name: MIGRATION, sides: job.sides }, ...others];
}

/** Null where the job has no pairing of this name. */
export function pairingOf(job: IngestionJob, name: string): Pairing | null {
  return pairingsOf(job).find((pairing) => pairing.name === name) ?? null;
}

/** As `pairingOf`. Throws `OperatingError` `pairing_unknown`, exit code 2. */
export function requirePairing(job: IngestionJob, name: string): Pairing {
  const pairing = pairingOf(job, name);
  if (pairing !== null) return pairing;
  const known = pairingsOf(job).map((one) => one.name);
  throw new OperatingError(EXIT_CODES.usage, {
    code: 'pairing_unknown',
    subject: job.name,
    place: JSON.stringify(name),
    message: `this job has no pairing of this name`,
    hint: `it has ${known.join(', ')}`,
  });
}

/** The job's rules with the conditions of this pairing's own sides. */
export function specOf(job: IngestionJob, pairing: Pairing): Spec {
  return { ...job.spec, where: mapSides(pairing.sides, ({ where }) => where) };
}

/** What landings of a side's table are known by. */
export function tableIdOf(side: JobSide): string {
  return `${side.source}/${side.table}`;
}

/** By table where it names one; else by side, of the migration unless another pairing is named. Null where there is none. */
export function toldSideOf(job: IngestionJob, told: Pick<ToldLanding, 'side' | 'table' | 'pairing'>): JobSide | null {
  for (const { name, sides } of pairingsOf(job)) {
    if (told.table !== null) {
      const side = SIDES.find((one) => tableIdOf(sides[one]) === told.table);
      if (side !== undefined) return sides[side];
    } else if (name === (told.pairing ?? MIGRATION) && told.side !== null) return sides[told.side];
  }
  return null;
}
