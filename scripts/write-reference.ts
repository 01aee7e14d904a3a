/** Writes `docs/reference/` from the code; with `--check` it only tells what is out of date, and fails. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { analyzePair } from '../src/analyze/analyze-pair.ts';
import { buildProgram } from '../src/cli/main.ts';
import { commands } from '../src/cli/registry.ts';
import { configJsonSchema } from '../src/config/json-schema.ts';
import { EXIT_CODES, INCONCLUSIVE_REASONS, MISMATCH_KINDS, OUTCOMES } from '../src/core/outcome.ts';
import { PLAIN_SPEC } from '../src/core/spec.ts';
import { detectors } from '../src/diagnose/registry.ts';
import { openDuckdb } from '../src/engine/duckdb.ts';
import { verdictFileSchema } from '../src/gate/verdict.ts';
import { manifestJsonSchema } from '../src/partition/manifest.ts';
import { jsonFormat } from '../src/report/formats/json.ts';
import { referenceFiles as reportSchemas } from '../src/report/json-schema.ts';
import { packageRoot } from '../src/sql/query-file.ts';
import { DEBUG_COLUMNS } from '../src/store/debug-log.ts';
import type { LoggedRecord, Parsed } from '../src/store/log-form.ts';
import { MISMATCH_COLUMNS, REQUIRED_OF_OTHERS } from '../src/store/mismatch-columns.ts';
import { parseEntry } from '../src/store/mismatch-entry.ts';
import { SIGNAL_COLUMNS } from '../src/store/signal-columns.ts';
import { parseToldLanding, TOLD_COLUMNS } from '../src/store/told-landing.ts';
import { requestFor } from '../test/bench/request.ts';

const NOTICE = '<!-- Written by `npm run generate` from the code; edit there. -->\n';

function commandsPage(): string {
  const program = buildProgram(
    { print: () => {}, tell: () => {}, progress: () => {}, color: false, width: 100, env: {}, cwd: '.' },
    async () => {},
  );
  program.configureHelp({ helpWidth: 100 });
  const pages = program.commands.flatMap((command) => {
    if (command.name() === 'help') return [];
    const part = commands.find(({ id }) => id === command.name());
    const nested = command.commands.filter((sub) => sub.name() !== 'help');
    const texts = (nested.length > 0 ? nested : [command]).map(
      (one) => `\`\`\`text\n${one.configureHelp({ helpWidth: 100 }).helpInformation().trim()}\n\`\`\`\n`,
    );
    const examples = (part?.examples ?? []).map(
      ({ line, shows }) => `\`\`\`sh\n${line}\n\`\`\`\n\n${sentence(shows)}\n`,
    );
    return [`## ${command.name()}\n\n${sentence(part?.summary ?? '')}\n\n${texts.join('\n')}\n${examples.join('\n')}`];
  });
  return `${NOTICE}# Commands\n\nResults go to stdout, everything else to stderr. Progress is drawn on a terminal only.\n\n${pages.join('\n')}`;
}

function outcomesPage(): string {
  const meanings: Readonly<Record<string, string>> = {
    ok: 'match, or pass; `analyze` and the demo: everything that was owed is reported',
    mismatch: 'mismatch, or a gate failed',
    usage: 'usage or config, also a path in the arguments that does not exist',
    inconclusive: 'nothing could be decided, also unreadable data',
    infrastructure: 'engine, disk, or store not writable',
    interrupted: 'interrupted',
  };
  const codes = Object.entries(EXIT_CODES).map(([name, code]) => `| ${code} | ${meanings[name] ?? name} |`);
  return `${NOTICE}# Outcomes and exit codes

Over many partitions: 4 if the run itself failed, else 1, else 3, else 0.

| exit code | meaning |
| --- | --- |
${codes.join('\n')}

Outcomes: ${OUTCOMES.map(code).join(', ')}. Kinds of mismatch: ${MISMATCH_KINDS.map(code).join(', ')}.

Reasons of an inconclusive outcome (a closed list): ${INCONCLUSIVE_REASONS.map(code).join(', ')}.
`;
}

function causesPage(): string {
  const pages = detectors.map((detector) => {
    const confusable = 'look_alikes' in detector ? detector.look_alikes.map(({ cause }) => code(cause)) : [];
    const lookAlikes = confusable.join(', ');
    return `## \`${detector.id}\`\n\n${detector.docs}\n\nUnit: ${detector.unit}. Look-alikes: ${lookAlikes === '' ? 'none' : lookAlikes}.\n`;
  });
  return `${NOTICE}# Causes\n\nWhat a finding can name. A finding reads from the side that is believed to the other one.\n\n${pages.join('\n')}`;
}

function logsPage(): string {
  const required = new Set<string>(REQUIRED_OF_OTHERS);
  const mismatch = MISMATCH_COLUMNS.map(
    ({ name, type }) => `| ${code(name)} | ${type} | ${required.has(name) ? 'required of other writers' : ''} |`,
  );
  const kinds = { landing: 'of landings', comparison: 'of comparisons' };
  const signal = SIGNAL_COLUMNS.map(
    ({ name, type, of }) => `| ${code(name)} | ${type} | ${of === null ? '' : kinds[of]} |`,
  );
  const debug = DEBUG_COLUMNS.map(
    ({ name, type, required }) => `| ${code(name)} | ${type} | ${required ? '' : 'may be null'} |`,
  );
  const told = TOLD_COLUMNS.map(
    ({ name, type, required }) => `| ${code(name)} | ${type} | ${required ? 'required' : ''} |`,
  );
  return `${NOTICE}# Logs

Append-only Parquet segments, \`logs/<name>/ds=…/hour=…/<segment id>.parquet\`, day and hour of logging in UTC. The analyzer
reads any mismatch log of this form, and the same fields as JSON lines, whoever wrote it; what it cannot use is quarantined
with the reason.

When a day is over, its segments are put together into \`ds=…/compacted-<id>.parquet\`; those of the mismatch log once all of
them have been analysed. The file \`_compacted-<number>\` with the highest number is JSON and says which compacted files count
and which segments they stand for; those are removed an hour later. Our own readers, \`query\` among them, go by it. A reader
of your own that takes every Parquet file may see rows twice in that hour: distinguish them by \`comparison_id\` or
\`signal_id\`.

## Mismatch log

One row per comparison that is not a match, the inconclusive ones too. As a JSON line of another detector, times as ISO text
or milliseconds since 1970, whole numbers beyond 2^53 as text:

\`\`\`json
${JSON.stringify(MISMATCH_LINE)}
\`\`\`

| column | type | |
| --- | --- | --- |
${mismatch.join('\n')}

## Signal log

One row per landing and one per comparison, matches too: \`signal_type\` says which. \`logged_at\` is when the comparison ended
or the landing was found; latencies are from due time to landing; \`evidence\` is \`seeded\` where a side was copied from the
other system, so that its agreement proves nothing. A lost catalog is built from this log again.

| column | type | |
| --- | --- | --- |
${signal.join('\n')}

## Debug log

One row per example cell of an analysed mismatch. Values of sensitive columns stand as tokens.

| column | type | |
| --- | --- | --- |
${debug.join('\n')}

## Landing logs

Written by others and named by \`landings\` of the config: Parquet files, or JSON lines that may still grow. Each tells one
landing; beside the required fields \`side\` (with \`pairing\`, if it is not the migration) or \`table\` (\`<source>/<table>\` of
the config) must be told. Other fields are ignored. The same landing told twice is one. \`inputs\` is a list, or its JSON text,
of what it was made from. The same object is what \`POST /landings\` takes.

\`\`\`json
${JSON.stringify(LANDING_LINE)}
\`\`\`

| field | type | |
| --- | --- | --- |
${told.join('\n')}
`;
}

const MISMATCH_LINE = {
  job: 'orders',
  partition_key: 'ds=2026-11-20',
  logged_at: '2026-11-20T05:06:07.089Z',
  outcome: 'mismatch',
  kinds: ['row_count', 'checksum'],
  production_row_count: 1000,
  shadow_row_count: 1001,
  production_build: '2310',
  shadow_build: '2311',
  detail: { detector: 'count-and-hash' },
};

const LANDING_LINE = {
  job: 'orders',
  side: 'shadow',
  partition_key: 'ds=2026-11-20',
  landed_at: '2026-11-21T02:10:00Z',
  due_at: '2026-11-21T02:00:00Z',
  system: 'next',
  build: '2311',
  run_kind: 'backfill',
  row_count: 1001,
  cpu_seconds: 12.5,
  inputs: [{ table_role: 'delta', table: 'warehouse/shadow/orders_delta', partition_key: 'ds=2026-11-20' }],
};

/** An example that our own readers would refuse teaches the wrong thing. */
function requireUsable(example: object, parse: (record: LoggedRecord) => Parsed<unknown>): void {
  const parsed = parse(example as LoggedRecord);
  if ('reason' in parsed) throw new Error(`an example line is refused: ${parsed.reason}`);
}
requireUsable(MISMATCH_LINE, parseEntry);
requireUsable(LANDING_LINE, parseToldLanding);

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A real report over the sample data, without what differs from run to run. */
async function exampleReport(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-reference-'));
  const table = (side: string): string =>
    join(packageRoot(), 'sample-data', 'warehouse', side, 'orders', 'ds=2026-11-17');
  const request = requestFor(
    { production: table('production'), shadow: table('shadow') },
    { ...PLAIN_SPEC, key: ['order_id'], ignore: ['ingested_at'] },
    folder,
  );
  const report = await analyzePair({ ...request, examples: 4 }, { openEngine: openDuckdb, now_ms: () => 0 });
  await rm(folder, { recursive: true });
  return jsonFormat.pair({ ...report, seconds: 0.1 }, NO_CONTEXT).replaceAll(`${packageRoot()}/`, '');
}

const NO_CONTEXT = { back_href: null, history: null, color: false, width: 100 };

const files: Readonly<Record<string, string>> = {
  'docs/reference/pair-report.example.json': await exampleReport(),
  'docs/reference/commands.md': commandsPage(),
  'docs/reference/outcomes.md': outcomesPage(),
  'docs/reference/causes.md': causesPage(),
  'docs/reference/logs.md': logsPage(),
  'docs/reference/config.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  'docs/reference/manifest.schema.json': `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`,
  'docs/reference/verdict.schema.json': `${JSON.stringify(z.toJSONSchema(verdictFileSchema), null, 2)}\n`,
  ...reportSchemas(),
};

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of Object.entries(files)) {
  const path = join(packageRoot(), name);
  const standing = await readFile(path, 'utf8').catch(() => null);
  if (standing === text) continue;
  stale.push(name);
  if (isCheck) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(`wrote ${name}`);
}
if (isCheck && stale.length > 0) {
  console.error(`out of date: ${stale.join(', ')}; run: npm run generate`);
  process.exitCode = 1;
}
