/** What the operating system and SQLite say, in the words of an operating error. Everything else stays a bug of ours. */
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';

interface Explained {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const NOT_WRITABLE = 'give the user that runs shadowcheck write access, or choose another folder';

const FILE_TROUBLES: Readonly<Record<string, Explained>> = {
  EACCES: { code: 'store_not_writable', message: 'permission denied', hint: NOT_WRITABLE },
  EPERM: { code: 'store_not_writable', message: 'operation not permitted', hint: NOT_WRITABLE },
  EROFS: { code: 'store_not_writable', message: 'the file system is read-only', hint: NOT_WRITABLE },
  ENOTDIR: {
    code: 'store_not_writable',
    message: 'a file stands where a folder is needed',
    hint: 'move the file away, or choose another folder',
  },
  EISDIR: {
    code: 'store_not_writable',
    message: 'a folder stands where a file is needed',
    hint: 'move the folder away, or choose another place',
  },
  ELOOP: { code: 'store_not_writable', message: 'symbolic links in a circle', hint: 'repair the links' },
  ENAMETOOLONG: { code: 'store_not_writable', message: 'the name is too long', hint: 'choose a shorter path' },
  ENOSPC: { code: 'disk_full', message: 'no space left on the disk', hint: 'free some space; the next run goes on' },
  EDQUOT: { code: 'disk_full', message: 'the disk quota is used up', hint: 'free some space; the next run goes on' },
  EFBIG: { code: 'disk_full', message: 'the file is larger than is allowed', hint: 'raise the limit on file sizes' },
  EMFILE: { code: 'too_many_open_files', message: 'too many open files', hint: 'raise the limit (ulimit -n)' },
  ENFILE: { code: 'too_many_open_files', message: 'too many open files on this machine', hint: 'raise the limit' },
  EIO: { code: 'disk_error', message: 'the disk reports an error', hint: 'check the disk' },
};

/** The operating error for a failed file operation; null where the failure is not the operating system's. */
export function fileTrouble(error: unknown, path: string): OperatingError | null {
  const code = systemCodeOf(error);
  if (code === null) return null;
  const explained = FILE_TROUBLES[code] ?? {
    code: 'store_failed',
    message: messageOf(error),
    hint: 'check the folder and its file system',
  };
  return new OperatingError(
    EXIT_CODES.infrastructure,
    { code: explained.code, subject: path, message: `${explained.message} (${code})`, hint: explained.hint },
    { cause: error },
  );
}

/** `ENOENT` and its like; null for anything that is not a system error. */
export function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Whether a system error says that nothing stands at the path. */
export function isGone(error: unknown): boolean {
  const code = systemCodeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const LOG_HINTS: Readonly<Record<string, string>> = {
  EACCES: 'give the user that runs shadowcheck read access',
  EPERM: 'give the user that runs shadowcheck read access',
  ELOOP: 'repair the symbolic links',
  EMFILE: 'raise the limit on open files (ulimit -n)',
  ENFILE: 'raise the limit on open files of this machine',
  EIO: 'check the disk',
};

/** Which kind of log, as codes of troubles name it. */
export type LogKind = 'mismatch' | 'landing' | 'signal' | 'debug';

/**
 * For a file or folder of a log that could not be read this time; nothing of it is given up. The first line of the
 * error's message is told, which the caller knows to hold no value of the log.
 */
export function logUnreadable(path: string, error: unknown, kind: LogKind = 'mismatch'): OperatingError {
  const repair = LOG_HINTS[systemCodeOf(error) ?? ''];
  const again = 'the next run tries again';
  return new OperatingError(
    EXIT_CODES.infrastructure,
    {
      code: `${kind}_log_unreadable`,
      subject: path,
      message: messageOf(error).split('\n', 1)[0] ?? '',
      hint: repair === undefined ? again : `${repair}; ${again}`,
    },
    { cause: error },
  );
}

const CATALOG_NOT_WRITABLE: Explained = {
  code: 'catalog_not_writable',
  message: 'the catalog cannot be opened for writing',
  hint: 'its folder must exist, and the user that runs shadowcheck must be allowed to write there',
};
const CATALOG_CORRUPT: Explained = {
  code: 'catalog_corrupt',
  message: 'the catalog is damaged, or is no SQLite file',
  hint: 'set it aside and build it again from the logs and reports: `shadowcheck rebuild`',
};
const CATALOG_LOCKED: Explained = {
  code: 'catalog_locked',
  message: 'another process kept the catalog locked for more than 10 seconds',
  hint: 'see which process has it open, then run again',
};

/** By SQLite's primary result codes. */
const SQLITE_TROUBLES: Readonly<Record<number, Explained>> = {
  3: CATALOG_NOT_WRITABLE,
  5: CATALOG_LOCKED,
  6: CATALOG_LOCKED,
  8: CATALOG_NOT_WRITABLE,
  10: { code: 'disk_error', message: 'the disk reports an error', hint: 'check the disk; the store must be local' },
  11: CATALOG_CORRUPT,
  13: { code: 'disk_full', message: 'no space left for the catalog', hint: 'free some space; the next run goes on' },
  14: CATALOG_NOT_WRITABLE,
  15: { code: 'catalog_locked', message: 'the locking protocol failed', hint: 'the store must be on a local disk' },
  26: CATALOG_CORRUPT,
};

/** The operating error for a failure of SQLite; null where the failure is a bug of ours, such as a broken constraint. */
export function catalogTrouble(error: unknown, path: string): OperatingError | null {
  const result = sqliteResultOf(error);
  const explained = result === null ? undefined : SQLITE_TROUBLES[result];
  if (explained === undefined) return null;
  return new OperatingError(
    EXIT_CODES.infrastructure,
    {
      code: explained.code,
      subject: path,
      message: `${explained.message} (${messageOf(error)})`,
      hint: explained.hint,
    },
    { cause: error },
  );
}

/** SQLite's primary result code; null for anything that did not come out of SQLite. */
export function sqliteResultOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

/** For a catalog whose rows are not what this version writes. */
export function catalogCorrupt(path: string, detail: string): OperatingError {
  return new OperatingError(EXIT_CODES.infrastructure, {
    code: CATALOG_CORRUPT.code,
    subject: path,
    message: `the catalog holds what no version wrote: ${detail}`,
    hint: CATALOG_CORRUPT.hint,
  });
}
