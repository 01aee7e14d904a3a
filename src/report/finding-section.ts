/** One finding as HTML: the cause, its counts, why it is not its look-alike, what to look at. */
import { timeText, unitOf } from './answer-why.ts';
import { partsBar } from './charts.ts';
import { externalLink, type Markup, markup, NOTHING } from './markup.ts';
import { chip } from './page.ts';
import type { ReportFinding } from './pair-report.ts';
import { proseHtml } from './prose.ts';
import { grouped, probability } from './quantity.ts';
import { subtitleOf } from './slot.ts';
import { nameMarkup, pairMarkup, valueMarkup } from './value-markup.ts';
import { visible } from './visible.ts';
import { CERTAINTY_WORDS, issueWords } from './words.ts';

export function findingSection(finding: ReportFinding, names: readonly string[]): Markup {
  const prose = (text: string): Markup => proseHtml(visible(text), names);
  const { advice } = finding;
  const { explained, differing, contradictions } = finding.counts;
  const isExplained = finding.certainty !== 'unknown' && finding.certainty !== 'not_attributable';
  return markup`<section class="finding ${finding.certainty}">
<h3>${visible(finding.title)} ${chip(finding.certainty, CERTAINTY_WORDS[finding.certainty])} ${chip(finding.issue.state, issueWords(finding))}</h3>
<p class="cause"><span class="mono">${visible([subtitleOf(finding), ...finding.columns].join(' · '))}</span></p>
<p>${prose(finding.text)}</p>
${countsBar(finding)}
${slicesTable(finding)}
${finding.look_alikes.map(({ cause, why_not }) => markup`<p class="soft">Not ${nameMarkup(cause)}: ${prose(why_not)}</p>`)}
${advice.likely_cause === '' ? NOTHING : markup`<p><b>Likely</b> ${prose(advice.likely_cause)}</p>`}
${advice.where === '' ? NOTHING : markup`<p><b>Look at</b> ${prose(advice.where)}</p>`}
${issueLine(finding)}
${advice.check_sql.length === 0 ? NOTHING : markup`<details><summary>SQL to check it</summary>${advice.check_sql.map((statement) => markup`<pre>${sqlText(statement)}</pre>`)}</details>`}
${examplesOf(isExplained ? 'Rows that it explains' : 'Rows without an explanation', finding.examples, finding, isExplained ? explained : differing)}
${examplesOf('Counter-examples: at risk, and yet not as predicted', finding.counter_examples, finding, contradictions)}
</section>`;
}

/** Lines and indentation of SQL are meant; everything else unseen is shown. */
export function sqlText(statement: string): string {
  return statement.split('\n').map(visible).join('\n');
}

function countsBar(finding: ReportFinding): Markup {
  const { explained, contradictions, residual, inherited, differing, at_risk } = finding.counts;
  if (differing + contradictions === 0) return NOTHING;
  const unit = (count: number): string => `${grouped(count)} ${unitOf(finding, count)}`;
  if (finding.certainty === 'unknown' || finding.certainty === 'not_attributable') {
    return partsBar([
      {
        fill: 'bad',
        count: differing,
        label: `${unit(differing)} ${differing === 1 ? 'differs' : 'differ'} without an explanation`,
      },
    ]);
  }
  const isResembling = finding.certainty === 'resembles';
  const bar = partsBar([
    {
      fill: isResembling ? 'known' : 'bad',
      count: explained,
      label: `${unit(explained)} ${explained === 1 ? 'differs' : 'differ'} as predicted`,
    },
    { fill: 'open', count: residual, label: `${grouped(residual)} left unexplained` },
    {
      fill: 'bar',
      count: contradictions,
      label: `${grouped(contradictions)} of ${grouped(at_risk)} at risk but equal`,
    },
  ]);
  const aside =
    inherited === 0
      ? NOTHING
      : markup`<p class="soft">${unit(inherited)} differed in the previous partition already.</p>`;
  return markup`${bar}${aside}`;
}

function slicesTable({ slices }: ReportFinding): Markup {
  if (slices.length === 0) return NOTHING;
  const lines = slices.map(
    (slice) =>
      markup`<tr><td class="val" data-label="where">${valueMarkup(slice.condition)}</td><td class="n" data-label="hit">${grouped(slice.hit)}</td><td class="n" data-label="at risk">${grouped(slice.at_risk)}</td><td class="n" data-label="elsewhere">${grouped(slice.outside_hit)} of ${grouped(slice.outside_at_risk)}</td><td class="n" data-label="chance">${probability(slice.p)}</td></tr>`,
  );
  return markup`<div class="scroll"><table class="stack"><tr class="titles"><th>where</th><th class="n">hit</th><th class="n">at risk</th><th class="n">elsewhere</th><th class="n">by chance</th></tr>${lines}</table></div>`;
}

function issueLine({ issue }: ReportFinding): Markup {
  const parts = [
    ...(issue.title === null ? [] : [markup`${visible(issue.title)}`]),
    markup`${issue.owner === null ? 'nobody owns it yet' : visible(issue.owner)}`,
    ...(issue.first_seen === null ? [] : [markup`first seen ${visible(timeText(issue.first_seen))}`]),
    ...(issue.link === null ? [] : [externalLink(issue.link, visible(issue.link))]),
    markup`<span class="mono">${visible(issue.id.slice(0, 12))}</span>`,
  ];
  return markup`<p class="soft">Issue: ${parts.map((part, index) => (index === 0 ? part : markup` · ${part}`))}</p>`;
}

function examplesOf(title: string, examples: ReportFinding['examples'], finding: ReportFinding, of: number): Markup {
  if (examples.length === 0) return NOTHING;
  const hasPrediction = examples.some(({ predicted }) => predicted !== null);
  const lines = examples.map((example) => {
    const { production, shadow } = pairMarkup(example.production, example.shadow);
    const key = example.key
      .map(({ column, value }) => `${visible(column)} `.concat(value === null ? 'NULL' : visible(value)))
      .join(', ');
    const column = example.column ?? (finding.columns.length === 1 ? (finding.columns[0] ?? '') : '');
    return markup`<tr><td class="val" data-label="key">${key}</td><td data-label="column">${column === '' ? NOTHING : nameMarkup(column)}</td><td class="val production" data-label="production">${production}</td><td class="val shadow" data-label="shadow">${shadow}</td>${hasPrediction ? markup`<td class="val" data-label="predicted">${valueMarkup(example.predicted)}</td>` : NOTHING}</tr>`;
  });
  return markup`<details><summary>${title} (${examples.length}, of ${grouped(of)} ${unitOf(finding, of)})</summary><div class="scroll"><table class="stack values"><tr class="titles"><th>key</th><th>column</th><th class="production">production</th><th class="shadow">shadow</th>${hasPrediction ? markup`<th>predicted</th>` : NOTHING}</tr>${lines}</table></div></details>`;
}
