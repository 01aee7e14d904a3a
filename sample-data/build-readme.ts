/** README.md of the sample, with its tables made from the plan. */
import type { Expected, ExpectedEntry, ExpectedFinding } from './build-expected.ts';
import type { ExpectedLive } from './build-expected-live.ts';
import type { PlannedPair } from './build-plan.ts';
import { EXCEPTIONS, NEVER_WRITTEN } from './feed-plan.ts';

export function readmeOf(pairs: readonly PlannedPair[], expected: Expected, live: ExpectedLive): string {
  const byPlace = new Map(pairs.map((pair) => [`${pair.table}/${pair.partitionKey}`, pair]));
  const { counts } = expected;
  const plants = expected.entries.map((entry) => {
    const story = byPlace.get(`${entry.job}/${entry.partition_key}`)?.story ?? 'matches by now: it was landed again';
    return [entry.job, `\`${entry.partition_key}\``, story, outcomeText(entry), findingsText(entry), entry.logged_by];
  });
  const tables = [...Map.groupBy(pairs, ({ table }) => table)].map(([name, own]) => {
    const { job, production } = own[0]!;
    const isDelta = name !== job.name;
    const layout = isDelta ? 'Parquet, Parquet' : `${layoutText(job.production)}, ${layoutText(job.shadow)}`;
    const key = job.key.length === 0 ? '(none)' : job.key.map((column) => `\`${column}\``).join(', ');
    return [name, key, layout, String(own.length), String(production.rows.length), CONTENT[name] ?? ''];
  });
  const waves = EXCEPTIONS.map(({ wave, place, build, story }) => waveRow(String(wave), place, build, story));
  waves.push(waveRow('never', NEVER_WRITTEN.place, '', NEVER_WRITTEN.story));
  const found = live.waves.map(({ wave, landings, comparisons, pending, issues }) => [
    String(wave),
    String(landings),
    String(comparisons.match),
    String(comparisons.match_agreed),
    String(comparisons.mismatch),
    String(comparisons.inconclusive),
    pending.map((place) => `\`${place}\``).join(', '),
    statesText(issues.map(({ state }) => state)),
  ]);
  return `# Sample data

A small warehouse with two sides, \`production\` (written by the legacy system) and \`shadow\` (written by the next one),
and the log of what a detector found different between them. All of it is invented. Most pairs of partitions are
clean; the others hold planted faults, so that it is known what an analysis must find.

    warehouse/<side>/<table>/ds=…/     the partitions; \`_SUCCESS\` marks those that have landed
    later/                             two shadows that land in the live warehouse in place of those above
    mismatch-log/ds=…/hour=…/          three segments in our own form (Parquet), one file by another program (JSON lines)
    jobs.yaml                          the jobs: keys, owners, formats, tolerance
    shadowcheck.yaml                   for the log of that detector: sources, known issues, gates
    live.yaml                          for the live warehouse, where shadowcheck itself compares what lands
    known-issues.yaml                  two causes that people know already
    release.yaml                       a policy for \`shadowcheck gate\`
    feed.ts, feed-plan.ts              writes the warehouse into \`live/\`, as the two systems would
    expected.json                      what the analysis of every log entry must come to
    expected-live.json                 what must be found after each wave of the feed

## Tables

${markdownTable(['table', 'key', 'files: production, shadow', 'partitions', 'rows in the first', 'what it holds'], tables)}
The order of rows differs between the sides, and so do the files: none of that is a difference. \`orders.ingested_at\`
differs in every row and is ignored by the job.

## What is planted, in the order of the log

${markdownTable(['job', 'partition', 'what happened', 'outcome', 'cause: cells or rows', 'logged by'], plants)}
${counts.analysed} entries: ${counts.mismatch} mismatches, ${counts.match_agreed} that agrees within tolerance, \
${counts.match} match, ${counts.inconclusive} inconclusive; together ${expected.issues.length} issues.
${counts.quarantined} lines of \`rowcheck.jsonl\` cannot be used: one names no job, one no time, one is torn.
Every pair that is not in this table is equal on both sides.

## What lands, in three waves

    node sample-data/feed.ts sample-data/live [--wave n] [--pace ms]

writes the partitions into \`live/warehouse\`, data first and the marker last. \`clicks_hourly\` and \`subscriptions\` have no
markers: their landings are announced in \`live/landings.jsonl\`. The first wave is the week as it is planted above, with
these differences; the others are what happens after it. \`npm run demo\` compares and analyses after each wave.

${markdownTable(['wave', 'side', 'partition', 'build', 'what happens'], waves)}
${markdownTable(['after wave', 'landings', 'match', 'match_agreed', 'mismatch', 'inconclusive', 'pending', 'issues'], found)}
Comparisons are those of the wave; issues are all that were seen so far. Partitions of \`subscriptions\` may wait for
their partner as long as they like, all others until three hours after their end.

## Building it again

    npm run sample-data

writes the same bytes again, on any machine and in any time zone, as long as DuckDB has the same version (it writes its
name into each Parquet file). \`node sample-data/build.ts <folder>\` builds into another folder. The plants are listed in
\`build-plan.ts\`; this file is built too, from \`build-readme.ts\`. The YAML files are written by hand.
`;
}

function waveRow(wave: string, place: string, build: string, story: string): string[] {
  const [side = '', ...rest] = place.split('/');
  return [wave, side, `\`${rest.join('/')}\``, build, story];
}

/** `12 new, 2 known` */
function statesText(states: readonly string[]): string {
  const counted = ['new', 'known', 'regressed', 'resolved'].map((state) => ({
    state,
    count: states.filter((other) => other === state).length,
  }));
  return counted
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
}

const CONTENT: Readonly<Record<string, string>> = {
  orders: 'decimals of two scales, times in microseconds',
  users: 'text in many scripts, quotes and line breaks, addresses, phones',
  payments: 'a composite key, times with zone',
  events: 'JSON as text, lists, NULL beside empty',
  subscriptions: 'a CDC target: yesterday with the delta merged in',
  subscriptions_delta: 'its changes: I, U, D',
  clicks_hourly: 'two partition levels, ids beyond 2^53, doubles',
  access_log: 'no key; equal lines occur',
};

function layoutText({ format, files }: { readonly format: string; readonly files: number }): string {
  const name = { parquet: 'Parquet', csv: 'CSV', jsonl: 'JSON lines' }[format] ?? format;
  return files === 1 ? name : `${name} × ${files}`;
}

function outcomeText({ outcome, inconclusive_reason }: ExpectedEntry): string {
  return inconclusive_reason === null ? outcome : `${outcome}: \`${inconclusive_reason}\``;
}

function findingsText(entry: ExpectedEntry): string {
  const agreed = entry.columns.filter(({ agreed_rows }) => agreed_rows > 0);
  const texts = [
    ...entry.findings.map(findingText),
    ...agreed.map(({ column, agreed_rows }) => `\`${column}\`: ${agreed_rows} agreed`),
  ];
  return texts.join('<br>');
}

function findingText({ cause, params, columns, counts, known }: ExpectedFinding): string {
  const where = columns.length === 0 ? '' : ` ${columns.map((column) => `\`${column}\``).join(' → ')}`;
  const parameters = Object.keys(params).length === 0 ? '' : ` \`${JSON.stringify(params)}\``;
  const issue = known === null ? '' : `, known as ${known}`;
  return `\`${cause}\`${where}${parameters}: ${counts.differing}${issue}`;
}

/** Columns padded to one width, as the formatter of this repository wants them. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |\n`;
  return `${line(head)}${line(widths.map((width) => '-'.repeat(width)))}${rows.map(line).join('')}`;
}
