import { resolve } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../core/outcome.ts';
import type { EngineValue } from '../../engine/engine.ts';
import type { CliCommand } from '../command.ts';
import { Problems, parseTime, parseWhole } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface QueryOptions {
  readonly config: string;
  readonly json?: true;
  readonly limit: string;
  readonly timeout: string;
}

export const command: CliCommand = {
  id: 'query',
  summary: 'run one SELECT over the logs and the catalog; nothing can be changed',
  examples: [
    {
      line: 'shadowcheck query "SELECT cause, count(*) AS cells FROM debug_log GROUP BY cause ORDER BY cause" --config sample-data/shadowcheck.yaml',
      shows:
        'tables: mismatch_log, signal_log, debug_log, and those of the catalog: landing, pair, comparison, analysed_event, issue, occurrence, slot, quarantine, …',
    },
  ],
  define: (command, run, terminal) => {
    command
      .argument('<sql>', 'one SELECT statement')
      .option('--config <file>', 'the config', 'shadowcheck.yaml')
      .option('--json', 'print rows as JSON lines')
      .option('--limit <rows>', 'most rows', '1000')
      .option('--timeout <duration>', 'give up after this', '30s')
      .action((statement: string, options: QueryOptions) => run(() => runCommand(statement, options, terminal)));
  },
};

async function runCommand(statement: string, options: QueryOptions, terminal: Terminal): Promise<ExitCode> {
  const problems = new Problems();
  const limit = parseWhole('--limit', options.limit, 1, problems) ?? 1000;
  const timeout = parseTime('--timeout', options.timeout, problems) ?? 30_000;
  problems.throwIfAny();
  const { loadConfig } = await import('../../config/load.ts');
  const { runQuery } = await import('../../service/run-query.ts');
  const { printJsonText } = await import('../print-json.ts');
  const { render } = await import('../../report/render.ts');
  const config = await loadConfig(resolve(terminal.cwd, options.config));
  const { columns, rows, cut, troubles } = await runQuery(config, statement, { row_limit: limit, timeout_ms: timeout });
  if (options.json) for (const row of rows) printJsonText(terminal, jsonLine(columns, row));
  else {
    const cells = rows.map((row) => row.map((value) => render(textOf(value), 'terminal')));
    terminal.print(table([columns.map((name) => render(name, 'terminal')), ...cells]));
  }
  for (const trouble of troubles) terminal.tell(trouble);
  if (cut) terminal.tell(`cut after ${limit} rows; see --limit`);
  return EXIT_CODES.ok;
}

/** Members in the order of the columns, by hand: an object would lose a column called `__proto__` and reorder `1`. */
function jsonLine(columns: readonly string[], row: readonly EngineValue[]): string {
  return `{${columns.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(row[i] ?? null, bigintAsText)}`).join(',')}}`;
}

function bigintAsText(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

function textOf(value: EngineValue): string | null {
  if (value === null || typeof value === 'string') return value;
  return Array.isArray(value) ? JSON.stringify(value, bigintAsText) : String(value);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => [...(row[i] ?? '')].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - [...cell].length)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
