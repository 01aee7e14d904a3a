/** Nothing that stands in data, names or paths acts on a terminal. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printJson } from '../../src/cli/print-json.ts';
import { seen } from '../../src/cli/safe-terminal.ts';
import { visible } from '../../src/report/visible.ts';
import { shadowcheck } from './captured-terminal.ts';

const HOSTILE = 'a\u001b[2J\u202eb\u0007\u009b31m\u2028\u200b';
/** Everything that acts or hides, but the line feed. */
const ACTS = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-terminal-'));
  for (const side of ['production', 'shadow']) {
    await mkdir(join(folder, side, `ds=${encodeURIComponent(HOSTILE)}`), { recursive: true });
    await writeFile(join(folder, side, `ds=${encodeURIComponent(HOSTILE)}`, 'a.csv'), `id,${HOSTILE}\n1,${HOSTILE}\n`);
  }
  await writeFile(join(folder, `${HOSTILE}.csv`), `id,${HOSTILE}\n1,x\n`);
  await writeFile(join(folder, 'plain.csv'), 'id,name\n1,y\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what is printed of hostile names', () => {
  test.each([
    ['a column that is not there', ['diff', 'plain.csv', 'plain.csv', '--key', HOSTILE]],
    ['columns that are there', ['diff', `${HOSTILE}.csv`, `${HOSTILE}.csv`, '--key', 'nokey']],
    ['a path that is not there', ['diff', `${HOSTILE}x`, 'plain.csv']],
    ['an option that is not there', ['diff', 'plain.csv', 'plain.csv', `--${HOSTILE}`]],
    ['the SQL of a dry run', ['diff', `${HOSTILE}.csv`, 'plain.csv', '--key', 'id', '--dry-run']],
    ['a condition', ['diff', 'plain.csv', 'plain.csv', '--where', `name = '${HOSTILE}' AND "${HOSTILE}"`]],
    ['steps', ['diff', 'production', 'shadow', '--by-partition', '--verbose']],
    ['a report as JSON', ['diff', 'production', 'shadow', '--by-partition', '--json']],
    ['a config that is not there', ['show', 'x', '--config', HOSTILE]],
  ])('%s', async (_, line) => {
    const { stdout, stderr } = await shadowcheck(folder, ...line);
    expect(stdout + stderr).not.toMatch(ACTS);
    expect((stdout + stderr).length).toBeGreaterThan(10);
  });
});

describe('seen', () => {
  test('leaves no character that acts, and text in visible form as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(seen(text, false)).not.toMatch(ACTS);
        expect(seen(visible(text), false)).toBe(visible(text));
      }),
    );
  });

  test('keeps our colours only where there are colours', () => {
    const text = '\u001b[31mmismatch\u001b[39m \u001b[2J';
    expect(seen(text, true)).toBe('\u001b[31mmismatch\u001b[39m ␛[2J');
    expect(seen(text, false)).toBe('␛[31mmismatch␛[39m ␛[2J');
  });
});

test('printed JSON reads back as the value, with nothing unseen in it', () => {
  const printed: string[] = [];
  const terminal = { print: (text: string) => printed.push(text), tell() {}, progress() {} };
  printJson({ ...terminal, color: false, width: 80, env: {}, cwd: '' }, { [HOSTILE]: HOSTILE });
  expect(printed.join('')).not.toMatch(ACTS);
  expect(JSON.parse(printed.join(''))).toEqual({ [HOSTILE]: HOSTILE });
});
