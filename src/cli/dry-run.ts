/** `diff --dry-run`: the SQL that would compare, for one pair or for every partition; only schemas are read. */
import { explainSql } from '../analyze/explain-sql.ts';
import { pairPartitions } from '../analyze/pair-partitions.ts';
import type { AnalysisRequest } from '../analyze/request.ts';
import { EXIT_CODES, type ExitCode, Inconclusive } from '../core/outcome.ts';
import { openDuckdb } from '../engine/duckdb.ts';
import { render } from '../report/render.ts';
import type { Terminal } from './terminal.ts';

export interface DryRunOptions {
  readonly by_partition: boolean;
  readonly quiet: boolean;
}

/** Inconclusive where a pair has no SQL because a side cannot be read, or where there is no pair; the others are printed. */
export async function dryRun(request: AnalysisRequest, options: DryRunOptions, terminal: Terminal): Promise<ExitCode> {
  const pairs = options.by_partition
    ? await pairPartitions(request.landings)
    : [{ partition_key: null, landings: request.landings }];
  let code: ExitCode = pairs.length === 0 ? EXIT_CODES.inconclusive : EXIT_CODES.ok;
  for (const [i, { partition_key, landings }] of pairs.entries()) {
    const pair = { ...request, partition_key, landings, spill: `${request.spill}/${i}` };
    const of = partition_key === null ? '' : `${render(partition_key, 'terminal')}, `;
    try {
      for (const [name, text] of Object.entries(await explainSql(pair, openDuckdb))) {
        if (!options.quiet) terminal.print(`-- ${of}${name}\n${text};\n`);
      }
    } catch (error) {
      if (!(error instanceof Inconclusive)) throw error;
      terminal.tell(`${of}inconclusive: ${error.message} [${error.reason}]`);
      code = EXIT_CODES.inconclusive;
    }
  }
  if (pairs.length === 0) terminal.tell('no partitions on either side: nothing would be compared');
  return code;
}
