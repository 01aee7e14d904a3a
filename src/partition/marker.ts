/** The marker that a producer leaves in the folder of a landed partition, and what stands in it, where something does. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Trouble } from '../core/operating-error.ts';
import { parseLoggedTime } from '../store/logged-time.ts';
import { readBounded } from './bounded-file.ts';
import { unreadable } from './folder-trouble.ts';
import { firstIssue, type Said, saidFields } from './said-of-landing.ts';

export interface Marker {
  /** Null where it cannot be looked at, so that nobody knows what it is. */
  readonly mtime_ms: number | null;
  /** Null where it says nothing, or nothing that can be used. */
  readonly said: Said | null;
  readonly troubles: readonly Trouble[];
}

/** A marker is there to be there: one that is larger says something to somebody else. */
const MARKER_BYTES_MAX = 1024 * 1024;

const markerSchema = z.object(saidFields);
const NOTHING_SAID: Said = markerSchema.parse({});

/**
 * The marker of this name; null where no such file is. Most are empty. JSON may say time, system, build, run kind, row
 * count and cost; a text may be an ISO time; any other text says nothing. A marker that says it wrongly is still one.
 */
export function readMarker(folder: string, name: string): Marker | null {
  const path = join(folder, name);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile()) return null;
    return { mtime_ms: found.mtimeMs, ...(found.size === 0 ? SILENT : contentOf(path)) };
  } catch (error) {
    return { mtime_ms: null, said: null, troubles: [unreadable(path, error)] };
  }
}

type Content = Omit<Marker, 'mtime_ms'>;
const SILENT: Content = { said: null, troubles: [] };

function contentOf(path: string): Content {
  const wrong = (message: string): Content => ({
    said: null,
    troubles: [
      { code: 'marker_invalid', subject: path, message, hint: 'What it says is not used; that it is there is.' },
    ],
  });
  try {
    const file = readBounded(path, MARKER_BYTES_MAX);
    const text = file === null ? '' : new TextDecoder().decode(file.bytes).trim();
    if (!text.startsWith('{')) return { said: timeAlone(text), troubles: [] };
    const read = markerSchema.safeParse(JSON.parse(text));
    return read.success ? { said: read.data, troubles: [] } : wrong(firstIssue(read.error));
  } catch (error) {
    if (error instanceof RangeError) return wrong(error.message);
    if (error instanceof SyntaxError) return wrong('it begins like JSON, and is none');
    return { said: null, troubles: [unreadable(path, error)] };
  }
}

/** Only with a time of day: a date alone is likely the partition's own. */
function timeAlone(text: string): Said | null {
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:/.test(text)) return null;
  const parsed = parseLoggedTime(text);
  return typeof parsed === 'string' ? null : { ...NOTHING_SAID, landed_at: parsed.getTime() };
}
