import { Inconclusive } from '../core/outcome.ts';
import type { Side } from '../core/side.ts';
import { TextTrouble, TextUnsupported } from './text-trouble.ts';

/** Hands on what is read of a file; what goes wrong on the way becomes `Inconclusive`, naming the file and the line. */
export async function* readingText<T>(side: Side, path: string, batches: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* batches;
  } catch (error) {
    throw inconclusiveText(side, path, error);
  }
}

function inconclusiveText(side: Side, path: string, error: unknown): unknown {
  if (error instanceof TextUnsupported) {
    return new Inconclusive('unsupported_type', `${path}, ${error.message}`, { cause: error });
  }
  const unreadable = (what: string) => new Inconclusive(`${side}_unreadable`, `${path}: ${what}`, { cause: error });
  if (error instanceof TextTrouble) return unreadable(error.message);
  if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG') {
    return new Inconclusive('out_of_memory', `${path}: a record is too long to be held`, { cause: error });
  }
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (typeof code !== 'string') return error;
  if (/^(Z_|ZSTD_)/.test(code)) return unreadable(`its compressed data is cut or damaged (${code})`);
  if (code === 'ENOENT') return new Inconclusive('partition_changed', `${path} went away while it was read`);
  return /^E[A-Z]+$/.test(code) ? unreadable(`it cannot be read (${code})`) : error;
}
