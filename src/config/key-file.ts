/** Keys of many jobs in one CSV file, `job,key`: a line for each job, the columns of its key separated by `;`. */
import { readFile } from 'node:fs/promises';
import { messageOf, type Trouble } from '../core/operating-error.ts';
import { type CsvRecord, parseCsv } from '../partition/csv-records.ts';
import { look } from '../partition/files.ts';
import { TextTrouble } from '../partition/text-trouble.ts';
import { suggestionFor } from './did-you-mean.ts';

export interface KeyFile {
  /** By job; an empty key is one that was left empty on purpose: its rows are compared as a multiset. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly troubles: readonly Trouble[];
}

const COLUMNS = ['job', 'key'] as const;

/**
 * Never throws for what the file is: all that is wrong with it is told at once, with its lines; also a key with a column
 * of `ignored`, which cannot be both.
 */
export async function readKeyFile(path: string, ignored: ReadonlySet<string>): Promise<KeyFile> {
  const tell = (line: number | null, message: string, hint?: string, code = 'keys_invalid'): Trouble => ({
    code,
    subject: path,
    place: line === null ? undefined : `line ${line}`,
    message,
    hint,
  });
  const nothing = (trouble: Trouble): KeyFile => ({ keys: new Map(), troubles: [trouble] });
  let text: string;
  try {
    const found = await look(path);
    if (found === null) return nothing(tell(null, 'there is no such file', undefined, 'keys_missing'));
    if (!found.isFile()) return nothing(tell(null, 'this is no regular file', undefined, 'keys_unreadable'));
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const isEncoding = error instanceof TypeError;
    const message = isEncoding ? 'this is no UTF-8 text' : `cannot be read: ${messageOf(error)}`;
    return nothing(tell(null, message, undefined, 'keys_unreadable'));
  }
  try {
    return readRecords(parseCsv(text, { delimiter: ',', null_text: '' }, true).records, ignored, tell);
  } catch (error) {
    if (!(error instanceof TextTrouble)) throw error;
    return nothing(tell(error.line, error.message.replace(/^line \d+: /, '')));
  }
}

type Tell = (line: number | null, message: string, hint?: string) => Trouble;

function readRecords(records: readonly CsvRecord[], ignored: ReadonlySet<string>, tell: Tell): KeyFile {
  const [header, ...rows] = records.filter(({ blank }) => !blank);
  const columns = header?.fields.map((field) => field ?? '') ?? [];
  const troubles = headerTroubles(header?.line ?? 1, columns, tell);
  if (troubles.length > 0) return { keys: new Map(), troubles };
  const keys = new Map<string, readonly string[]>();
  const lines = new Map<string, number>();
  for (const { fields, line } of rows) {
    const job = fields[columns.indexOf('job')] ?? '';
    const key = fields[columns.indexOf('key')] ?? '';
    const before = lines.get(job);
    if (fields.length !== columns.length) {
      const hint = 'columns of a key are separated by ;';
      troubles.push(tell(line, `expected ${columns.length} fields, got ${fields.length}`, hint));
    } else if (job === '') troubles.push(tell(line, 'the name of the job is missing'));
    else if (before !== undefined) {
      troubles.push(tell(line, `${JSON.stringify(job)} has a key already, in line ${before}`));
    } else {
      lines.set(job, line);
      const parts = key.trim() === '' ? [] : key.split(';').map((part) => part.trim());
      const problem = keyProblem(parts, ignored);
      if (problem !== null) troubles.push(tell(line, `key of ${JSON.stringify(job)}: ${problem}`));
      keys.set(job, parts);
    }
  }
  return { keys, troubles };
}

function headerTroubles(line: number, columns: readonly string[], tell: Tell): Trouble[] {
  const expected = 'the first line is the header: job,key';
  const missing = COLUMNS.filter((column) => !columns.includes(column));
  return [
    ...columns.flatMap((column, i) => {
      if (columns.indexOf(column) < i) return [tell(line, `the column ${JSON.stringify(column)} stands here twice`)];
      const isKnown = COLUMNS.some((known) => known === column);
      return isKnown
        ? []
        : [tell(line, `unknown column ${JSON.stringify(column)}`, suggestionFor(column, missing) ?? expected)];
    }),
    ...missing.map((column) => tell(line, `there is no column ${JSON.stringify(column)}`, expected)),
  ];
}

function keyProblem(parts: readonly string[], ignored: ReadonlySet<string>): string | null {
  if (parts.includes('')) return 'a column has no name';
  const unread = parts.find((part) => ignored.has(part));
  if (unread !== undefined) return `${JSON.stringify(unread)} is in \`ignore\` and cannot be a column of the key`;
  const twice = parts.find((part, i) => parts.indexOf(part) < i);
  return twice === undefined ? null : `${JSON.stringify(twice)} is named twice`;
}
