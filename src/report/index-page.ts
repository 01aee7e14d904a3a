/** The page over all runs: what is open now, how every partition stands, and the runs, newest first. */
import { slotTitle } from './answer-slot.ts';
import { timeText } from './answer-why.ts';
import { type BarPart, trendBars } from './charts.ts';
import { type Coverage, coverageStrip } from './coverage-strip.ts';
import { type CurrentIssue, goneIssues, type OpenIssue, openIssues } from './issue-list.ts';
import { jobGrid } from './job-grid.ts';
import { type Markup, markup, NOTHING } from './markup.ts';
import { chip, pageHref, renderPage, urlPart } from './page.ts';
import { counted, grouped, listed } from './quantity.ts';
import { latestPairs, newestFirst, type SlotSummary, type UnshownSlot } from './slot-summary.ts';
import { visible } from './visible.ts';
import { goneText } from './words.ts';

export { parseSummary, type SlotSummary, summaryOf, summaryOfText, type UnshownSlot } from './slot-summary.ts';

/** What the page tells beside the runs: how things stand now. */
export interface IndexFacts {
  /** Runs without numbers: they are told, never left out. */
  readonly unshown: readonly UnshownSlot[];
  /** Silence that lasts too long: a detection that stopped reads, from its reports, like a world without mismatches. */
  readonly alarms: readonly { readonly kind: string; readonly text: string }[];
  /** Null where nobody counted. */
  readonly coverage: Coverage | null;
  /** As the catalog has them now; a run's own report tells them as they were. */
  readonly issues: readonly CurrentIssue[];
}

const NO_FACTS: IndexFacts = { unshown: [], alarms: [], coverage: null, issues: [] };

/** `reports/index.html`; links go into the folders of the runs. */
export function renderIndexPage(summaries: readonly SlotSummary[], facts: Partial<IndexFacts> = {}): string {
  const { unshown, alarms, coverage, issues } = { ...NO_FACTS, ...facts };
  const pairs = latestPairs(summaries);
  const open = openIssues(summaries, issues);
  const cells = pairs.map(({ job, pairing, partition_key, standing, comparison_id, slot }) => ({
    job,
    pairing,
    partition_key,
    standing,
    href: comparison_id === null ? null : `${folderHref(slot)}/${pageHref(comparison_id)}`,
  }));
  return renderPage({
    title: 'shadowcheck: all reports',
    body: markup`<h1>All reports</h1>
${alarmList(alarms)}
<p class="answer">${answer(summaries, open, pairs)}</p>
${coverage === null ? NOTHING : coverageStrip(coverage)}
${unshownTable(unshown)}
${issuesTable(open)}
${pairs.length === 0 ? NOTHING : markup`<h2>Jobs and partitions, as they were looked at last</h2>${jobGrid(cells)}`}
${goneTable(goneIssues(issues))}
${slotsTable(summaries)}`,
  });
}

function folderHref(slot: string): string {
  return urlPart(slot);
}

function alarmList(alarms: IndexFacts['alarms']): Markup {
  if (alarms.length === 0) return NOTHING;
  const lines = alarms.map(
    ({ kind, text }) => markup`<li><b>${visible(sentenceCase(kind.replaceAll('_', ' ')))}.</b> ${visible(text)}.</li>`,
  );
  return markup`<ul class="alarms" role="alert">${lines}</ul>`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function answer(
  summaries: readonly SlotSummary[],
  open: readonly OpenIssue[],
  pairs: ReturnType<typeof latestPairs>,
): Markup {
  if (summaries.length === 0)
    return markup`<b>There is no report yet.</b> Reports appear here after the first analysis.`;
  const state = (wanted: string): number => open.filter(({ issue }) => issue.state === wanted).length;
  const states = (['new', 'regressed', 'known'] as const)
    .filter((wanted) => state(wanted) > 0)
    .map((wanted) => `${grouped(state(wanted))} ${wanted}`);
  const undecided = pairs.filter(({ standing }) => standing === 'inconclusive').length;
  const differing = pairs.filter(({ standing }) => ['mismatch', 'regressed', 'known'].includes(standing)).length;
  const headline =
    open.length === 0 ? 'No issue is open.' : `${counted(open.length, 'issue')} open: ${listed(states)}.`;
  const jobs = new Set(pairs.map(({ job }) => job)).size;
  return markup`<b>${headline}</b> ${counted(pairs.length, 'analysed partition')} of ${counted(jobs, 'job')}: ${grouped(differing)} mismatching, ${grouped(undecided)} inconclusive, ${grouped(pairs.length - differing - undecided)} matching.`;
}

const TREND_FILL: Readonly<Record<string, BarPart['fill']>> = {
  new: 'bad',
  regressed: 'open',
  known: 'known',
  resolved: 'ok',
};

function issuesTable(open: readonly OpenIssue[]): Markup {
  if (open.length === 0) return NOTHING;
  const lines = open.map(({ issue, slot, jobs, partitions, trend }) => {
    const name = markup`<b>${visible(issue.title)}</b>`;
    const title =
      slot === null ? name : markup`<a href="${folderHref(slot)}/index.html#issue-${urlPart(issue.id)}">${name}</a>`;
    const label = `partitions that showed it on the last ${counted(trend.length, 'day')} of reports: ${trend.join(', ')}`;
    const owner = issue.owner === null ? markup`<span class="soft">nobody yet</span>` : markup`${visible(issue.owner)}`;
    return markup`<tr><td>${chip(issue.state)}</td><td>${title}<br><span class="mono soft">${visible(issue.subtitle)}</span></td><td class="n" data-label="jobs">${grouped(jobs)}</td><td class="n" data-label="partitions">${grouped(partitions)}</td><td class="n" data-label="since">${visible(timeText(issue.first_seen).slice(0, 10))}</td><td data-label="by day">${trendBars(trend, TREND_FILL[issue.state] ?? 'bar', label)}</td><td data-label="owner">${owner}</td></tr>`;
  });
  return markup`<h2>Open issues</h2><div class="scroll"><table class="stack"><tr class="titles"><th>state</th><th>cause</th><th class="n">jobs</th><th class="n">partitions</th><th class="n">since</th><th>by day</th><th>owner</th></tr>${lines}</table></div>`;
}

const GONE_SHOWN = 20;

function goneTable(gone: readonly CurrentIssue[]): Markup {
  if (gone.length === 0) return NOTHING;
  const lines = gone.slice(0, GONE_SHOWN).map(({ title, cause, jobs, partitions, first_seen, gone_since, owner }) => {
    const since = gone_since === null ? null : timeText(gone_since);
    return markup`<tr><td>${chip('resolved')}</td><td><b>${visible(title)}</b><br><span class="mono soft">${visible(cause)}</span></td><td data-label="what became of it">${goneText(since)}<br><small class="soft">${counted(partitions, 'partition')} of ${counted(jobs, 'job')}, first seen ${visible(timeText(first_seen))}</small></td><td data-label="owner">${owner === null ? markup`<span class="soft">nobody yet</span>` : markup`${visible(owner)}`}</td></tr>`;
  });
  const more = gone.length - lines.length;
  return markup`<h2>Issues that are gone</h2><div class="scroll"><table class="stack"><tr class="titles"><th>state</th><th>cause</th><th>what became of it</th><th>owner</th></tr>${lines}</table></div>${more > 0 ? markup`<p class="soft">And ${grouped(more)} more.</p>` : NOTHING}`;
}

function unshownTable(unshown: readonly UnshownSlot[]): Markup {
  if (unshown.length === 0) return NOTHING;
  const lines = unshown.map(
    ({ slot, state, reason }) =>
      markup`<tr><td>${slotTitle(slot)}</td><td data-label="state">${state}</td><td data-label="why">${visible(reason)}</td></tr>`,
  );
  return markup`<h2>Runs that failed or cannot be read</h2><div class="scroll"><table class="stack"><tr class="titles"><th>run</th><th>state</th><th>why</th></tr>${lines}</table></div>`;
}

function slotsTable(summaries: readonly SlotSummary[]): Markup {
  if (summaries.length === 0) return NOTHING;
  const lines = newestFirst(summaries).map(({ slot, generated_at, counts, issues }) => {
    const fresh = issues.filter(({ state }) => state === 'new').length;
    const count = (value: number, label: string): Markup =>
      markup`<td class="n" data-label="${label}">${grouped(value)}</td>`;
    return markup`<tr><td><a href="${folderHref(slot)}/index.html">${slotTitle(slot)}</a></td>${count(counts.analysed, 'analysed')}${count(counts.mismatch, 'mismatching')}${count(counts.inconclusive, 'inconclusive')}${count(fresh, 'new issues')}${count(counts.quarantined, 'not usable')}<td class="n soft" data-label="written">${visible(timeText(generated_at))}</td></tr>`;
  });
  return markup`<h2>Runs</h2><div class="scroll"><table class="stack"><tr class="titles"><th>run</th><th class="n">analysed</th><th class="n">mismatching</th><th class="n">inconclusive</th><th class="n">new issues</th><th class="n">not usable</th><th class="n">written</th></tr>${lines}</table></div>`;
}
