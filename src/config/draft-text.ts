/** The first config as text: YAML with the comments that a person needs to go on from there. */
export interface DraftJob {
  readonly name: string;
  /** Below both sources. */
  readonly table: string;
  readonly partition: readonly string[];
  readonly key: readonly string[];
  /** How the key was found, or why there is none. */
  readonly remark: string;
  readonly marker: string | null;
}

export interface Draft {
  readonly production: string;
  readonly shadow: string;
  /** Where every table has it. */
  readonly marker: string | null;
  readonly jobs: readonly DraftJob[];
}

export function draftText(draft: Draft): string {
  // Without a rule the first file of a partition would count as all of it.
  const landed = draft.marker === null ? 'quiet_time: 15m' : `marker: ${scalar(draft.marker)}`;
  const why = draft.marker === null ? ' # no marker is written: landed once no file changed for so long' : '';
  const lines = [
    '# A first config, drafted from two folders. Look over the keys: everything else follows from them.',
    '# `shadowcheck config check` tells what is wrong with it, `shadowcheck compare` and `analyze` use it, `serve` does both.',
    'version: 1',
    'store: ./shadowcheck                 # catalog, logs and reports are kept here',
    'sources:',
    `  production: { kind: folder, root: ${scalar(draft.production)}, landed: { ${landed} } }${why}`,
    `  shadow: { kind: folder, root: ${scalar(draft.shadow)}, landed: { ${landed} } }`,
    '# mismatch_logs: [./shadowcheck/logs/mismatch]   # or the logs of another detector, Parquet or JSON lines',
    'defaults:',
    '  examples: 20                       # rows shown in a report',
    '  sensitive: []                      # columns whose values are shown as tokens only',
    'ingestion_jobs:',
    ...draft.jobs.flatMap(jobLines),
  ];
  return `${lines.join('\n')}\n`;
}

function jobLines(job: DraftJob): string[] {
  const table = scalar(job.table);
  return [
    `  ${scalar(job.name)}:`,
    '    # owner: who is asked about it',
    `    production: { source: production, table: ${table} }`,
    `    shadow: { source: shadow, table: ${table} }`,
    ...(job.partition.length > 0 ? [`    partition: ${list(job.partition)}`] : []),
    ...(job.marker === null ? [] : [`    landed: { marker: ${scalar(job.marker)} }`]),
    `    # ${job.remark}`,
    job.key.length > 0
      ? `    key: ${list(job.key)}`
      : '    # key: [...]                      # without one it is inferred at every look; `key: none` compares without',
    '    # ignore: []                       # columns that may differ, such as the time of loading',
    '    # tolerance: { amount: { abs: 0.01 }, updated_at: { time: 2s } }   # at most so far apart is agreed',
    '    # normalise: { note: trim }        # and ignore_case, unicode, json_canonical, unordered_lists, number_text',
  ];
}

function list(names: readonly string[]): string {
  return `[${names.map(scalar).join(', ')}]`;
}

const WORDS = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** Plain where nobody could read it as something else; JSON's text is YAML's double-quoted text. */
export function scalar(text: string): string {
  const isPlain = /^(\.{0,2}\/)*[A-Za-z_][\w./-]*$/.test(text) && !WORDS.has(text.toLowerCase());
  if (isPlain) return text;
  // JSON leaves these as they are; YAML reads some as line breaks, and a terminal may obey others.
  return JSON.stringify(text).replaceAll(/[\p{Cf}\u007f-\u009f\u2028\u2029]/gu, (char) =>
    [...char]
      .flatMap((one) => one.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
      .join(''),
  );
}
