/** The key of the tokens that stand for sensitive values: equal values have equal tokens as long as it stays the same. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { systemCodeOf } from '../store/store-trouble.ts';
import type { Config } from './config.ts';

/** Shorter secrets can be tried out against a token of a known value. */
const SECRET_BYTES_MIN = 16;
const KEY_BYTES = 32;

/**
 * The key as hexadecimal text, at least 16 bytes: from `token_key_file`, else from `<store>/token.key`, which is made
 * once, random and readable by its owner only. Of several processes that make it at the same time, all get the same.
 *
 * Throws `OperatingError`: exit code 2 for a key file that is missing, unreadable or too short, 4 where the store's own
 * cannot be written.
 */
export function tokenKey(config: Pick<Config, 'store' | 'privacy'>): string {
  const given = config.privacy.token_key_file;
  if (given !== null) return readKey(given);
  const path = join(config.store, 'token.key');
  try {
    makeOnce(path);
  } catch (error) {
    throw new OperatingError(
      EXIT_CODES.infrastructure,
      { code: 'store_not_writable', subject: path, message: `the token key cannot be written: ${messageOf(error)}` },
      { cause: error },
    );
  }
  return readKey(path);
}

/**
 * Not through the file port, which knows no modes: a key must at no moment be readable by others. The name is given by
 * `link()`, so that a reader sees no key or a whole one.
 */
function makeOnce(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.tmp-${process.pid}-${randomBytes(6).toString('hex')}-key`);
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString('hex')}\n`);
    fsyncSync(file);
    linkSync(temporary, path);
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
  } finally {
    closeSync(file);
    rmSync(temporary, { force: true });
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function readKey(path: string): string {
  const refuse = (message: string, cause?: unknown) =>
    new OperatingError(
      EXIT_CODES.usage,
      {
        code: 'token_key_invalid',
        subject: path,
        message,
        hint: `\`openssl rand -hex ${KEY_BYTES}\` makes a key; without token_key_file the store makes its own`,
      },
      { cause },
    );
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw refuse(systemCodeOf(error) === 'ENOENT' ? 'there is no such file' : messageOf(error), error);
  }
  const secret = bytes.toString('latin1').trim();
  if (/^(?:[0-9a-f]{2})+$/i.test(secret) && secret.length / 2 >= SECRET_BYTES_MIN) return secret.toLowerCase();
  if (secret.length < SECRET_BYTES_MIN) throw refuse(`the key is shorter than ${SECRET_BYTES_MIN} bytes`);
  return Buffer.from(secret, 'latin1').toString('hex');
}
