import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { SIDES } from '../core/side.ts';
import type { Sql } from '../sql/sql.ts';
import { userExpression } from '../sql/user-expression.ts';
import type { JobEntry } from './job-schema.ts';
import { printPlace } from './schema-troubles.ts';
import type { Place, YamlFile } from './yaml-file.ts';

interface Asked {
  readonly place: Place;
  readonly text: string | undefined;
}

/** What is wrong with the SQL of a job, at its places in the file. */
export async function expressionTroubles(
  name: string,
  entry: JobEntry,
  file: YamlFile,
  parse: (statement: Sql) => Promise<string>,
): Promise<readonly Trouble[]> {
  const job: Place = ['ingestion_jobs', name];
  const twins = [
    { place: job, twin: entry },
    ...Object.entries(entry.pairings ?? {}).map(([pairing, twin]) => ({ place: [...job, 'pairings', pairing], twin })),
  ];
  const asked: Asked[] = twins.flatMap(({ place, twin }) =>
    SIDES.map((side) => ({ place: [...place, side, 'where'], text: twin?.[side]?.where })),
  );
  for (const [column, given] of Object.entries(entry.expressions)) {
    const place = [...job, 'expressions', column];
    if (typeof given === 'string') asked.push({ place, text: given });
    else asked.push(...SIDES.map((side) => ({ place: [...place, side], text: given[side] })));
  }
  const troubles: Trouble[] = [];
  for (const { place, text } of asked) {
    if (text === undefined) continue;
    try {
      await userExpression(text, parse);
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      for (const { message, hint, place: character } of error.troubles) {
        const where = character === undefined ? '' : ` at ${character}`;
        troubles.push(file.trouble(place, `${printPlace(place)}: ${message}${where}`, hint));
      }
    }
  }
  return troubles;
}
