/** A report in which every sensitive value is a token, in every place where a value can stand. */
import type { Json } from '../core/identity.ts';
import { parsePartitionKey } from '../core/partition-key.ts';
import type { PrivacyMode } from '../core/privacy.ts';
import { mapSides } from '../core/side.ts';
import { type TextMask, textMask } from './mask-text.ts';
import type { PairReport, ReportExample, ReportFinding } from './pair-report.ts';
import { columnNames, isSetting, NULL_TOKENS, type SensitiveColumns, sensitiveColumns } from './sensitive-columns.ts';
import { tokenMaker } from './token.ts';

export interface Privacy {
  readonly mode: PrivacyMode;
  /** Columns, in any case. */
  readonly sensitive: readonly string[];
  /** Hexadecimal. */
  readonly token_key: string;
}

/**
 * The report with tokens for sensitive values, and `masked_columns` filled in; pure. NULL stays NULL, equal values
 * have equal tokens. Identities stay: job, partition key (whoever partitions by a sensitive column publishes it in
 * every path), ids, owner and link of an issue.
 */
export function maskPairReport(report: PairReport, privacy: Privacy): PairReport {
  if (privacy.mode === 'raw') return { ...report, masked_columns: [] };
  const columns = sensitiveColumns(report, privacy.mode, privacy.sensitive);
  const token = tokenMaker(privacy.token_key);
  // The partition's own values stand in every path and command, which would be of no use without them.
  const levels = parsePartitionKey(report.partition_key ?? '')?.levels ?? [];
  const open = new Set(levels.flatMap(({ value }) => (value === null ? [] : [value])));
  const secrets = [...columns.values].filter((value) => !open.has(value) && !NULL_TOKENS.has(value));
  return new ReportMask(columns, textMask(secrets, columns.names, quotable(report), open, token), token).report(report);
}

/** What a sentence may quote without quoting a value. */
function quotable(report: PairReport): readonly string[] {
  return [...columnNames(report), ...report.findings.map(({ title }) => title)];
}

class ReportMask {
  readonly #columns: SensitiveColumns;
  readonly #mask: TextMask;
  readonly #token: (value: string) => string;

  constructor(columns: SensitiveColumns, mask: TextMask, token: (value: string) => string) {
    this.#columns = columns;
    this.#mask = mask;
    this.#token = token;
  }

  report(report: PairReport): PairReport {
    const { path, text, message } = this.#mask;
    return {
      ...report,
      detail: nullable(report.detail, message),
      production: { ...report.production, location: path(report.production.location) },
      shadow: { ...report.shadow, location: path(report.shadow.location) },
      rules: {
        ...report.rules,
        where: mapSides(report.rules.where, (condition) => nullable(condition, text)),
        expressions: report.rules.expressions.map((rule) => ({
          column: rule.column,
          production: nullable(rule.production, text),
          shadow: nullable(rule.shadow, text),
        })),
      },
      schema: {
        ...report.schema,
        retyped: report.schema.retyped.map((one) => ({
          column: one.column,
          production: this.#type(one.production, one.column),
          shadow: this.#type(one.shadow, one.column),
          compared_as: this.#type(one.compared_as, one.column),
        })),
      },
      columns: report.columns.map((column) => ({
        ...column,
        type: this.#type(column.type, column.column),
        agreed_by: nullable(column.agreed_by, text),
        profile:
          column.profile === null
            ? null
            : mapSides(column.profile, (profile) => ({
                ...profile,
                min: this.#cell(column.column, profile.min),
                max: this.#cell(column.column, profile.max),
              })),
        // A path may hold the key of a map, which is data.
        paths: this.#columns.has(column.column)
          ? []
          : column.paths.map(({ path: at, rows }) => ({ path: text(at), rows })),
      })),
      findings: report.findings.map((finding) => this.#finding(finding)),
      examples: report.examples.map((example) => this.#example(example)),
      accounting: { ...report.accounting, cut: nullable(report.accounting.cut, text) },
      notes: report.notes.map(({ code, text: note }) => ({ code, text: message(note) })),
      masked_columns: [...this.#columns.names],
      sql: Object.fromEntries(Object.entries(report.sql).map(([name, statement]) => [name, text(statement)])),
      command: nullable(report.command, text),
    };
  }

  #finding(finding: ReportFinding): ReportFinding {
    const isAbout = finding.columns.some((column) => this.#columns.has(column));
    const sentence = isAbout ? this.#mask.sentence : this.#mask.text;
    const { text } = this.#mask;
    const hidden = (written: string): string => (HASH.test(written) ? written : text(written));
    return {
      ...finding,
      title: sentence(finding.title),
      params: Object.fromEntries(
        Object.entries(finding.params).map(([name, value]) => [name, this.#param(name, value as Json, isAbout)]),
      ) as ReportFinding['params'],
      type_pair: nullable(finding.type_pair, (pair) => this.#type(pair, ...finding.columns)),
      text: sentence(finding.text),
      slices: finding.slices.map((slice) => ({ ...slice, condition: text(slice.condition) })),
      examples: finding.examples.map((example) => this.#findingExample(example, finding)),
      counter_examples: finding.counter_examples.map((example) => this.#findingExample(example, finding)),
      look_alikes: finding.look_alikes.map(({ cause, why_not }) => ({ cause, why_not: sentence(why_not) })),
      advice: {
        likely_cause: sentence(finding.advice.likely_cause),
        where: sentence(finding.advice.where),
        check_sql: finding.advice.check_sql.map(text),
      },
      signature: {
        version: finding.signature.version,
        shape: hidden(finding.signature.shape),
        site: hidden(finding.signature.site),
        local: nullable(finding.signature.local, hidden),
        alternatives: finding.signature.alternatives.map(hidden),
      },
    };
  }

  #findingExample(
    example: ReportFinding['examples'][number],
    finding: ReportFinding,
  ): ReportFinding['examples'][number] {
    const one = example.column ?? (finding.columns.length === 1 ? (finding.columns[0] ?? null) : null);
    // A value of no named column may be of any, so it is hidden.
    const isOpen = one !== null && !this.#columns.has(one);
    const cell = (value: string | null): string | null => nullable(value, isOpen ? this.#mask.text : this.#token);
    return {
      key: example.key.map(({ column, value }) => ({ column, value: this.#cell(column, value) })),
      column: example.column,
      production: cell(example.production),
      shadow: cell(example.shadow),
      predicted: cell(example.predicted),
    };
  }

  #example(example: ReportExample): ReportExample {
    const place = (at: ReportExample['production']): ReportExample['production'] =>
      at === null ? null : { ...at, file: this.#mask.path(at.file) };
    return {
      kind: example.kind,
      key: example.key.map(({ column, value }) => ({ column, value: this.#cell(column, value) })),
      cells: example.cells.map(({ column, production, shadow, paths }) => ({
        column,
        production: this.#cell(column, production),
        shadow: this.#cell(column, shadow),
        paths: this.#columns.has(column)
          ? []
          : paths.map((inner) => ({
              path: this.#mask.text(inner.path),
              production: nullable(inner.production, this.#mask.text),
              shadow: nullable(inner.shadow, this.#mask.text),
              only_in: inner.only_in,
            })),
      })),
      cause: example.cause,
      production: place(example.production),
      shadow: place(example.shadow),
    };
  }

  #cell(column: string, value: string | null): string | null {
    return nullable(value, this.#columns.has(column) ? this.#token : this.#mask.text);
  }

  /** An ENUM lists its values in its type. */
  #type(type: string, ...columns: readonly string[]): string {
    if (!columns.some((column) => this.#columns.has(column))) return this.#mask.text(type);
    return type.replace(
      /'((?:[^']|'')*)'/g,
      (_match, value: string) => `'${this.#token(value.replaceAll("''", "'"))}'`,
    );
  }

  /** Parameters of a finding on sensitive columns are taken for values, but for those that say how, not what. */
  #param(name: string, value: Json, isAbout: boolean): Json {
    const isValue = isAbout && !isSetting(name);
    if (typeof value === 'string')
      return isValue && !NULL_TOKENS.has(value) ? this.#token(value) : this.#mask.text(value);
    if (typeof value === 'number') return isValue ? this.#token(String(value)) : value;
    if (value === null || typeof value === 'boolean') return value;
    if (Array.isArray(value)) return value.map((item: Json) => this.#param(name, item, isAbout));
    return Object.fromEntries(
      Object.entries(value).map(([inner, item]) => [
        isValue ? this.#token(inner) : this.#mask.text(inner),
        this.#param(name, item as Json, isAbout),
      ]),
    );
  }
}

const HASH = /^[0-9a-f]{16,64}$/;

function nullable<T>(value: T | null, map: (value: T) => T): T | null {
  return value === null ? null : map(value);
}
