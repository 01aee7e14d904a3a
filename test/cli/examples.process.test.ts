/** The examples that `--help` shows are run as they stand, from a folder that holds sample-data, as a checkout does. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { feedWave } from '../../sample-data/feed.ts';
import { commands } from '../../src/cli/registry.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { shadowcheck } from './captured-terminal.ts';

const examples = commands.flatMap(({ id, examples }) => examples.map((example) => ({ id, ...example })));

let sample: Awaited<ReturnType<typeof copySampleData>>;
let checkout: string;

beforeAll(async () => {
  sample = await copySampleData();
  checkout = await mkdtemp(join(tmpdir(), 'shadowcheck-checkout-'));
  await symlink(sample.folder, join(checkout, 'sample-data'));
  // As `npm run demo` fills it: some examples look at the live warehouse, others ask of a store.
  await feedWave(join(sample.folder, 'live'), 1);
  const { code } = await shadowcheck(checkout, 'analyze', '--config', 'sample-data/shadowcheck.yaml', '--quiet');
  expect(code).toBe(0);
}, 60_000);

afterAll(async () => {
  await rm(checkout, { recursive: true, force: true });
  await sample.remove();
});

/** Words of a command line; text in double quotes is one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('the examples', () => {
  test('there is one of every command', () => {
    const without = commands.filter(({ examples }) => examples.length === 0).map(({ id }) => id);
    expect(without).toEqual([]);
  });

  test.each(examples)('$line', async ({ id, line }) => {
    const [program, ...argv] = wordsOf(line);
    expect({ program, command: argv[0] }).toEqual({ program: 'shadowcheck', command: id });
    const { code, stdout, stderr } = await shadowcheck(checkout, ...argv);
    // A mismatch or a failed gate is an answer; all else says that the line, the store or the data is not as it should be.
    expect([0, 1], stderr).toContain(code);
    expect(stderr).not.toMatch(/hint:|bug/);
    // Nothing is what `verify` has to say where nothing was lost.
    expect(stdout.trim() === '').toBe(id === 'verify');
  });
});

test('the example of diff by partition finds every pair decided', async () => {
  const example = examples.find(({ line }) => line.includes('--by-partition'));
  const { stdout } = await shadowcheck(checkout, ...wordsOf(example?.line ?? '').slice(1));
  const outcomes = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('  ')[1]);
  expect(outcomes.length).toBeGreaterThan(5);
  expect(new Set(outcomes)).toEqual(new Set(['match', 'mismatch']));
});
