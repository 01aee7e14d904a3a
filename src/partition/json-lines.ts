/**
 * JSON lines without loss. The engine's JSON goes through doubles (`1.00000000000000001` becomes `1.0`) and takes NaN and
 * trailing commas; here `JSON.parse` judges a line, and the texts of the values are kept as they stand.
 */
import { TextTrouble, TextUnsupported } from './text-trouble.ts';

export interface JsonMember {
  readonly name: string;
  /** The value's own text, without white space around it. */
  readonly raw: string;
}

/** The members of the object in one line, in order. Throws `TextTrouble` where the line is not one object, or names a member twice. */
export function jsonMembers(text: string, line: number): JsonMember[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new TextTrouble(line, 'this is not one whole JSON value; one object a line is expected');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new TextTrouble(line, 'a JSON object is expected');
  }
  const members = slice(text);
  if (new Set(members.map((member) => member.name)).size < members.length) {
    throw new TextTrouble(line, 'an object names a member twice');
  }
  return members;
}

/** Cuts a valid object into its members. */
function slice(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(text, text.indexOf('{') + 1);
  while (text[at] === '"') {
    const nameEnd = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = skipSpace(text, text.indexOf(':', nameEnd) + 1);
    const end = valueEnd(text, start);
    members.push({ name, raw: text.slice(start, end) });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return members;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** Just after the string that starts at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '"' || char === undefined) return at + 1;
  }
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  let at = start;
  if (first !== '{' && first !== '[') {
    while (at < text.length && !',}] \t\r\n'.includes(text[at] as string)) at += 1;
    return at;
  }
  for (let depth = 0; at < text.length; ) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      continue;
    }
    at += 1;
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth === 0) break;
  }
  return at;
}

/** The text of a JSON string value. A lone surrogate has no UTF-8 form and would be lost: `TextUnsupported`. */
export function jsonString(raw: string, line: number): string {
  const text = JSON.parse(raw) as string;
  if (!text.isWellFormed()) throw new TextUnsupported(line, 'a string holds half of a surrogate pair');
  return text;
}

/** A value without white space between its tokens, strings in their shortest escapes; numbers and the order of members stay. */
export function compactJson(raw: string): string {
  let compact = '';
  for (let at = 0; at < raw.length; ) {
    const char = raw[at] as string;
    if (char === '"') {
      const end = stringEnd(raw, at);
      compact += JSON.stringify(JSON.parse(raw.slice(at, end)));
      at = end;
      continue;
    }
    if (!' \t\r\n'.includes(char)) compact += char;
    at += 1;
  }
  return compact;
}
