/** Ids: a sha256 over a canonical JSON array, first 32 hexadecimal digits, so that the same thing has the same id anywhere. */
import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** JSON with sorted property names and no white space. `undefined` properties are left out, as JSON does. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const record = value as { readonly [name: string]: Json };
  const members = Object.keys(record)
    .filter((name) => record[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(record[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** The id of a thing made of these parts, in this order. The first part names the kind of thing. */
export function idOf(...parts: readonly Json[]): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 32);
}
