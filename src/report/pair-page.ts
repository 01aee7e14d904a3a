/** The page of one comparison: the answer first, how it was compared last. */
import { answerOf } from './answer.ts';
import { columnTable } from './column-table.ts';
import { comparisonSection, historySection, notesSection, schemaSection } from './comparison-section.ts';
import { exampleTable } from './example-table.ts';
import { factsStrip } from './facts-strip.ts';
import { findingSection } from './finding-section.ts';
import type { PairContext } from './format.ts';
import { type Markup, markup, NOTHING } from './markup.ts';
import { chip, renderPage } from './page.ts';
import type { PairReport } from './pair-report.ts';
import { codeNames, proseHtml } from './prose.ts';
import { columnNames } from './sensitive-columns.ts';
import { visible } from './visible.ts';
import { issueWords, nameOf, OUTCOME_WORDS } from './words.ts';

export function renderPairPage(report: PairReport, context: PairContext): string {
  const names = codeNames(columnNames(report));
  const { headline, rest } = answerOf(report);
  return renderPage({
    title: `${nameOf(report)}: ${OUTCOME_WORDS[report.outcome]}`,
    body: markup`${crumb(report, context)}
<div class="head"><h1>${nameOf(report)}</h1>${chip(report.outcome, OUTCOME_WORDS[report.outcome])}${stateChips(report)}</div>
<p class="answer"><b>${proseHtml(headline, names)}</b> ${proseHtml(rest, names)}</p>
${factsStrip(report)}
${whySection(report, names)}
${exampleTable(report)}
${columnTable(report)}
${schemaSection(report)}
${historySection(report, context)}
${notesSection(report, names)}
${comparisonSection(report, report.outcome === 'inconclusive')}`,
  });
}

function crumb({ pairing, job }: PairReport, { back_href }: PairContext): Markup {
  const parts = [
    ...(back_href === null ? [] : [markup`<a href="${back_href}">All of this run</a>`]),
    ...(job === null ? [] : [markup`${visible(job)}`]),
    ...(pairing === null ? [] : [markup`${visible(pairing)}`]),
  ];
  if (parts.length === 0) return NOTHING;
  return markup`<nav class="crumb" aria-label="where this page stands">${parts.map((part, index) => (index === 0 ? part : markup` › ${part}`))}</nav>`;
}

/** The states of its issues, each once. */
function stateChips({ findings }: PairReport): readonly Markup[] {
  const chips = new Map(findings.map((finding) => [issueWords(finding), finding.issue.state]));
  return [...chips].map(([words, state]) => chip(state, words));
}

function whySection(report: PairReport, names: readonly string[]): Markup {
  if (report.findings.length > 0) {
    return markup`<h2>Why</h2>${report.findings.map((finding) => findingSection(finding, names))}`;
  }
  const { rows } = report;
  const isUnexplained =
    report.outcome === 'mismatch' && rows !== null && rows.changed + rows.only_in_production + rows.only_in_shadow > 0;
  if (!isUnexplained) return NOTHING;
  return markup`<h2>Why</h2><section class="finding unknown"><p>No known cause was recognised in these differences. Begin with the examples below, and with what the differing columns have in common.</p></section>`;
}
