import { OperatingError, type Trouble } from '../core/operating-error.ts';
import type { Sql } from '../sql/sql.ts';
import { userExpression } from '../sql/user-expression.ts';
import type { JobEntry } from './job-schema.ts';
import { printPlace } from './schema-troubles.ts';
import type { Place, YamlFile } from './yaml-file.ts';

/** What is wrong with the SQL of a job, at its places in the file. */
export async function expressionTroubles(
  name: string,
  entry: JobEntry,
  file: YamlFile,
  parse: (statement: Sql) => Promise<string>,
): Promise<readonly Trouble[]> {
  const places: { readonly place: Place; readonly text: string | undefined }[] = [
    { place: ['ingestion_jobs', name], twin: entry },
    ...Object.entries(entry.pairings ?? {}).map(([pairing, twin]) => ({
      place: ['ingestion_jobs', name, 'pairings', pairing],
      twin,
    })),
  ].flatMap(({ place, twin }) =>
    (['production', 'shadow'] as const).map((side) => ({
      place: [...place, side, 'where'],
      text: twin?.[side]?.where,
    })),
  );
  const troubles: Trouble[] = [];
  for (const { place, text } of places) {
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
