/** What a diff of small tables leaves behind, diagnosed. */
import type { Finding } from '../../src/core/finding.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import type { SmallDiff } from './small-tables.ts';

export async function diagnosed({ engine, result, comparison, queries }: SmallDiff): Promise<readonly Finding[]> {
  const difference = { ...result.difference, examples: [] };
  const { findings } = await diagnose({
    engine,
    tables: result.tables,
    comparison,
    difference,
    reference_side: 'production',
    only_columns: { production: [], shadow: [] },
    populationOf: (side) => queries[side],
    builds: { production: null, shadow: null },
    example_limit: 5,
  });
  return findings;
}
