/** The page of one run: its issues, then every pair, then what could not be decided or used. */

import { answerOf } from './answer.ts';
import { REASONS } from './answer-inconclusive.ts';
import { slotAnswer, slotTitle } from './answer-slot.ts';
import { timeText } from './answer-why.ts';
import { jobGrid } from './job-grid.ts';
import { externalLink, type Markup, markup, NOTHING } from './markup.ts';
import { chip, pageHref, renderPage, urlPart } from './page.ts';
import type { PairReport } from './pair-report.ts';
import { counted, grouped } from './quantity.ts';
import type { SlotIssue, SlotReport } from './slot-report.ts';
import { valueMarkup } from './value-markup.ts';
import { visible } from './visible.ts';
import { nameOf, OUTCOME_WORDS, standingOf } from './words.ts';

export function renderSlotPage(report: SlotReport): string {
  const { headline, rest } = slotAnswer(report);
  const first = report.issues[0];
  const next =
    first?.state === 'new'
      ? markup` Look at <a href="#${anchorOf(first)}">${visible(first.title)}</a> first.`
      : NOTHING;
  return renderPage({
    title: `shadowcheck: ${slotTitle(report.slot)}`,
    body: markup`<nav class="crumb" aria-label="where this page stands"><a href="../index.html">All reports</a></nav>
<h1>${slotTitle(report.slot)}</h1>
<p class="answer"><b>${headline}</b> ${rest}${next}</p>
${issuesTable(report.issues)}
${gridSection(report)}
${undecidedSection(report)}
${decidedSection(report)}
${quarantineSection(report)}`,
  });
}

function anchorOf({ id }: SlotIssue): string {
  return `issue-${urlPart(id)}`;
}

function pairHref(comparisonId: string | null): string | null {
  return comparisonId === null || comparisonId === '' ? null : pageHref(comparisonId);
}

function linked(href: string | null, text: Markup): Markup {
  return href === null ? text : markup`<a href="${href}">${text}</a>`;
}

function issuesTable(issues: readonly SlotIssue[]): Markup {
  if (issues.length === 0) return NOTHING;
  const lines = issues.map((issue) => {
    const title = linked(pairHref(issue.representative), markup`<b>${visible(issue.title)}</b>`);
    const owner = issue.owner === null ? markup`<span class="soft">nobody yet</span>` : markup`${visible(issue.owner)}`;
    const link =
      issue.link === null ? NOTHING : markup`<br><small>${externalLink(issue.link, visible(issue.link))}</small>`;
    return markup`<tr id="${anchorOf(issue)}"><td>${chip(issue.state)}</td><td>${title}<br><span class="mono soft">${visible(issue.subtitle)}</span></td><td class="n" data-label="jobs">${grouped(issue.jobs.length)}</td><td class="n" data-label="partitions">${grouped(issue.partitions.length)}</td><td class="n" data-label="explained"><span>${grouped(issue.explained)} <small class="soft">${issue.unit}</small></span></td><td class="n" data-label="since">${visible(timeText(issue.first_seen))}</td><td data-label="owner">${owner}${link}</td></tr>`;
  });
  return markup`<h2>Issues</h2><div class="scroll"><table class="stack"><tr class="titles"><th>state</th><th>cause</th><th class="n">jobs</th><th class="n">partitions</th><th class="n">explained</th><th class="n">since</th><th>owner</th></tr>${lines}</table></div>`;
}

function gridSection({ pairs }: SlotReport): Markup {
  if (pairs.length === 0) return NOTHING;
  const cells = pairs.map((pair) => ({
    job: pair.job ?? '',
    pairing: pair.pairing ?? 'migration',
    partition_key: pair.partition_key ?? '',
    standing: standingOf(pair),
    href: pairHref(pair.comparison_id),
  }));
  return markup`<h2>Jobs and partitions</h2>${jobGrid(cells)}`;
}

function undecidedSection({ pairs }: SlotReport): Markup {
  const undecided = pairs.filter(({ outcome }) => outcome === 'inconclusive');
  if (undecided.length === 0) return NOTHING;
  const lines = undecided.map((pair) => {
    const reason = pair.inconclusive_reason;
    const word = reason === null ? NOTHING : markup`<span class="mono">${reason}</span><br>${REASONS[reason].what}`;
    return markup`<tr><td class="pair">${pairLink(pair)}</td><td data-label="reason">${word}</td><td class="soft" data-label="detail">${pair.detail === null ? NOTHING : valueMarkup(pair.detail)}</td></tr>`;
  });
  return markup`<h2>Not decided</h2><div class="scroll"><table class="stack"><tr class="titles"><th>pair</th><th>reason</th><th>detail</th></tr>${lines}</table></div>`;
}

function pairLink(pair: PairReport): Markup {
  return linked(pairHref(pair.comparison_id), markup`${nameOf(pair)}`);
}

/** Every decided pair with its answer, so that the page can be read without opening another; matches are folded. */
function decidedSection({ pairs }: SlotReport): Markup {
  const mismatching = pairs.filter(({ outcome }) => outcome === 'mismatch');
  const matching = pairs.filter(({ outcome }) => outcome === 'match' || outcome === 'match_agreed');
  const folded = markup`<details><summary>${counted(matching.length, 'matching pair')}</summary>${answersTable(matching)}</details>`;
  return markup`${mismatching.length === 0 ? NOTHING : markup`<h2>Mismatches</h2>${answersTable(mismatching)}`}
${matching.length === 0 ? NOTHING : markup`<h2>Matches</h2>${folded}`}`;
}

function answersTable(pairs: readonly PairReport[]): Markup {
  const lines = pairs.map((pair) => {
    const standing = standingOf(pair);
    const word = standing === 'known' || standing === 'regressed' ? standing : OUTCOME_WORDS[pair.outcome];
    return markup`<tr><td>${chip(standing, word)}</td><td class="pair">${pairLink(pair)}</td><td data-label="answer">${answerOf(pair).headline}</td></tr>`;
  });
  return markup`<div class="scroll"><table class="stack"><tr class="titles"><th>outcome</th><th>pair</th><th>answer</th></tr>${lines}</table></div>`;
}

function quarantineSection({ quarantine }: SlotReport): Markup {
  if (quarantine.length === 0) return NOTHING;
  const lines = quarantine.map(
    ({ log, place, reason }) =>
      markup`<tr><td class="val">${valueMarkup(log)}</td><td class="val" data-label="place">${valueMarkup(place)}</td><td data-label="reason">${valueMarkup(reason)}</td></tr>`,
  );
  return markup`<h2>Log entries that could not be used</h2><div class="scroll"><table class="stack"><tr class="titles"><th>log</th><th>place</th><th>reason</th></tr>${lines}</table></div>`;
}
