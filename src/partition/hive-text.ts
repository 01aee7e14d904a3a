import { TextTrouble } from './text-trouble.ts';

const SEPARATOR = '\x01';
const NULL_TEXT = '\\N';

/**
 * The fields of one line of Hive text, as LazySimpleSerDe writes it without escaping: split at ctrl-A, `\N` is NULL, and
 * everything else stands for itself. Hive reads missing fields as NULL and drops extra ones; here either is trouble,
 * because a line cut short looks just like that.
 */
export function hiveFields(text: string, width: number, line: number): (string | null)[] {
  if (text.includes('\r')) throw new TextTrouble(line, 'a carriage return inside a line, which Hive takes for its end');
  const fields = text.split(SEPARATOR);
  if (fields.length !== width)
    throw new TextTrouble(line, `${fields.length} fields where ${width} columns are declared`);
  return fields.map((field) => (field === NULL_TEXT ? null : field));
}
