/** The pairings of a job beside its migration, and whether all its tables can be compared as they are written. */
import { isDeepStrictEqual } from 'node:util';
import { SIDES, type Side, type Sided } from '../core/side.ts';
import type { IngestionJob, JobSide, PairingName } from './config.ts';
import type { JobEntry } from './job-schema.ts';
import { printPlace } from './schema-troubles.ts';
import { readSide, type SideBase, type SideContext } from './sides.ts';
import type { SideEntry } from './table-schema.ts';
import type { Place } from './yaml-file.ts';

const NAMES: readonly PairingName[] = ['release', 'noise', 'backfill'];

/**
 * A side that a pairing leaves out is the job's. One that names a table of the job is written by the same system with the
 * same build, and read by the same rules. Another table has the build that it names, or none: a candidate that is taken
 * for the build in production would be evidence about the wrong one.
 */
export function readPairings(
  entry: JobEntry,
  sides: Sided<JobSide | null>,
  bases: Sided<SideBase>,
  context: SideContext,
): IngestionJob['pairings'] {
  const pairings: { -readonly [P in PairingName]?: Sided<JobSide> } = {};
  const read = (given: SideEntry | undefined, which: Side, pairing: PairingName): JobSide | null => {
    if (given === undefined) return sides[which];
    const place = [...context.place, 'pairings', pairing, which];
    const own = SIDES.map((side) => sides[side]).find(
      (side) => side?.source === given.source && side.table === given.table,
    );
    // Noise is production written twice, by one system.
    const other = { ...bases[which], system: bases[pairing === 'noise' ? 'production' : which].system, build: null };
    return readSide(given, { ...other, ...own }, { ...context, place });
  };
  for (const pairing of NAMES) {
    const given = entry.pairings?.[pairing];
    if (given === undefined) continue;
    const production = read(given.production, 'production', pairing);
    const shadow = read(given.shadow, 'shadow', pairing);
    if (production !== null && shadow !== null) pairings[pairing] = { production, shadow };
  }
  return pairings;
}

/** Tells a table that would be compared with itself, and one that would have to be looked at by two rules at once. */
export function checkTables(sides: Sided<JobSide>, pairings: IngestionJob['pairings'], context: SideContext): void {
  const known = new Map<string, JobSide>();
  const all: readonly { readonly place: Place; readonly sides: Sided<JobSide> }[] = [
    { place: context.place, sides },
    ...NAMES.flatMap((name) => {
      const pair = pairings[name];
      return pair === undefined ? [] : [{ place: [...context.place, 'pairings', name], sides: pair }];
    }),
  ];
  for (const pair of all) {
    const { production, shadow } = pair.sides;
    if (production.root === shadow.root && production.where === shadow.where) {
      const message = 'both sides are the same table, and what is compared with itself always matches';
      tell([...pair.place, 'shadow'], message, 'name another table, or tell the rows apart with `where`', context);
    }
    for (const side of SIDES) {
      const here = pair.sides[side];
      const before = known.get(here.root);
      known.set(here.root, before ?? here);
      if (before === undefined || isDeepStrictEqual([before.levels, before.landed], [here.levels, here.landed]))
        continue;
      const message = `${JSON.stringify(here.table)} stands in this job already, with another \`partition\` or \`landed\``;
      tell([...pair.place, side], message, 'a table is looked at once: give it the same rules everywhere', context);
    }
  }
}

function tell(place: Place, message: string, hint: string, { file, troubles }: SideContext): void {
  troubles.push(file.trouble(place, `${printPlace(place)}: ${message}`, hint));
}
