/** The body of `POST /landings`: one JSON object, an array of them, or a line each. */
import { isUtf8 } from 'node:buffer';
import type { Trouble } from '../../core/operating-error.ts';

/** Of a body that is too large, so much is still taken: a connection that is cut while it sends shows no answer. */
const DRAINED_BYTES_MAX = 64_000_000;

/** The whole body; null where it is larger than `bytes_max`, whatever length it was announced with. */
export async function readBody(body: ReadableStream<Uint8Array> | null, bytes_max: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size <= bytes_max) parts.push(part);
    if (size > DRAINED_BYTES_MAX) break;
  }
  return size > bytes_max ? null : Buffer.concat(parts);
}

export interface BodyPart {
  /** `landing 3` or `line 3`, for people who look for it in what they sent. */
  readonly place: string;
  readonly value: unknown;
}

export type ToldBody =
  | { readonly parts: readonly BodyPart[] }
  /** No JSON at all, or lines of which some are none. */
  | { readonly troubles: readonly Trouble[] };

export function parseToldBody(bytes: Buffer): ToldBody {
  // A wrong byte would be read as a sign of its own, and with it the name of a partition that nobody told.
  if (!isUtf8(bytes)) return { troubles: [trouble('body', 'is no UTF-8')] };
  const text = bytes.toString('utf8');
  const whole = parsed(text);
  if (whole !== undefined) {
    const values: readonly unknown[] = Array.isArray(whole) ? whole : [whole];
    if (values.length === 0) return { troubles: [trouble('body', 'the list holds no landing')] };
    return { parts: values.map((value, i) => ({ place: `landing ${i + 1}`, value })) };
  }
  const lines = text.split('\n').map((line, i) => ({ place: `line ${i + 1}`, line: line.trim() }));
  const written = lines.filter(({ line }) => line !== '');
  if (written.length === 0) return { troubles: [trouble('body', 'the body is empty')] };
  const parts = written.map(({ place, line }) => ({ place, value: parsed(line) }));
  const wrong = parts.filter(({ value }) => value === undefined);
  if (wrong.length === 0) return { parts };
  // Where not one line is JSON, the whole was meant to be, and one word says it.
  if (wrong.length === parts.length) return { troubles: [trouble('body', 'is no JSON')] };
  return { troubles: wrong.map(({ place }) => trouble(place, 'is no JSON')) };
}

/** Undefined where it is no JSON, which no JSON gives. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function trouble(place: string, message: string): Trouble {
  return {
    code: 'body_invalid',
    subject: 'POST /landings',
    place,
    message,
    hint: 'send one JSON object, an array of them, or one on each line',
  };
}
