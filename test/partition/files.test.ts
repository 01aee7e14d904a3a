import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { listFiles, listLocation, requireLocation } from '../../src/partition/files.ts';
import { expandBraces, looksLikeGlob, matcherOfSegment } from '../../src/partition/glob.ts';
import { openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.end());

async function listed(...parts: string[]): Promise<string[]> {
  return (await listFiles(place.path(...parts))).map((file) => relative(place.root, file));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof OperatingError ? `${error.code} ${error.exitCode}` : String(error);
}

describe('a folder', () => {
  test('is walked, in the order of the paths, without names that start with . or _', async () => {
    for (const name of ['b/2.csv', 'b/1.csv', 'a.csv', '_SUCCESS', '.a.csv.crc', '_temporary/0.csv', 'b/.part']) {
      await place.write(`walk/${name}`, 'x');
    }
    expect(await listed('walk')).toEqual(['walk/a.csv', 'walk/b/1.csv', 'walk/b/2.csv']);
    expect((await listLocation(place.path('walk'))).base).toBe(place.path('walk'));
  });

  test('follows links to files and folders, and refuses one that leads back up', async () => {
    await place.write('outside/o.csv', 'x');
    await place.write('links/a.csv', 'x');
    await symlink(place.path('outside/o.csv'), place.path('links/l.csv'));
    await symlink(place.path('outside'), place.path('links/more'));
    expect(await listed('links')).toEqual(['links/a.csv', 'links/l.csv', 'links/more/o.csv']);
    await place.write('loop/in/a.csv', 'x');
    await symlink(place.path('loop'), place.path('loop/in/back'));
    expect(await codeOf(listed('loop'))).toBe('link_loop 3');
    await symlink(place.path('nowhere'), place.path('outside/broken.csv'));
    expect(await codeOf(listed('outside'))).toBe('path_unreadable 3');
  });

  test('with a FIFO in it is refused, and the FIFO never opened', async () => {
    await place.write('fifo/a.csv', 'x');
    execFileSync('mkfifo', [place.path('fifo/b.csv')]);
    expect(await codeOf(listed('fifo'))).toBe('not_a_regular_file 3');
    expect(await codeOf(listed('fifo/b.csv'))).toBe('not_a_regular_file 3');
    expect(await codeOf(listed('fifo/*.csv'))).toBe('not_a_regular_file 3');
  });
});

test('what does not exist is path_not_found, exit 2', async () => {
  for (const name of ['gone', 'gone/*.csv', 'a*.nothing', 'walk/a.csv/below']) {
    expect(await codeOf(listed(name))).toBe('path_not_found 2');
    expect(await codeOf(requireLocation(place.path(name)))).toBe('path_not_found 2');
  }
});

describe('a glob', () => {
  beforeAll(async () => {
    for (const name of [
      'ds=2026-11-19/a.csv',
      'ds=2026-11-20/hour=05/a.csv',
      'ds=2026-11-20/hour=06/b.csv',
      'ds=2026-11-20/hour=06/_SUCCESS',
      'ds=2026-11-20/.hidden/a.csv',
      'x.txt',
    ]) {
      await place.write(`glob/${name}`, 'x');
    }
  });

  test.each([
    ['ds=2026-11-20/*/a.csv', ['ds=2026-11-20/hour=05/a.csv']],
    ['ds=2026-11-2?', ['ds=2026-11-20/hour=05/a.csv', 'ds=2026-11-20/hour=06/b.csv']],
    ['**/a.csv', ['ds=2026-11-19/a.csv', 'ds=2026-11-20/hour=05/a.csv']],
    ['**/hour=0[!5]/*', ['ds=2026-11-20/hour=06/b.csv']],
    ['ds=*-{19,20}/**', ['ds=2026-11-19/a.csv', 'ds=2026-11-20/hour=05/a.csv', 'ds=2026-11-20/hour=06/b.csv']],
    ['{x.txt,ds=2026-11-20/hour=0[0-5]/*.csv}', ['ds=2026-11-20/hour=05/a.csv', 'x.txt']],
    ['**/_SUCCESS', ['ds=2026-11-20/hour=06/_SUCCESS']],
    ['**/**/b.csv', ['ds=2026-11-20/hour=06/b.csv']],
  ])('%s finds what it says', async (pattern, expected) => {
    expect(await listed('glob', pattern)).toEqual(expected.map((name) => `glob/${name}`));
    expect((await listLocation(place.path('glob', pattern))).base.startsWith(place.path('glob'))).toBe(true);
  });

  test('that exists as a name is that name, never its decoy', async () => {
    for (const [name, decoy] of [
      ['a[1]', 'a1'],
      ['b*', 'bb'],
      ['c?', 'cc'],
      ['{d,e}', 'd'],
    ] as const) {
      await place.write(`twins/${name}/right.csv`, 'x');
      await place.write(`twins/${decoy}/wrong.csv`, 'x');
      expect(await listed('twins', name)).toEqual([`twins/${name}/right.csv`]);
      expect(await listed('twins', name, '*.csv')).toEqual([`twins/${name}/right.csv`]);
      expect(await listed('twins', name, 'right.csv')).toEqual([`twins/${name}/right.csv`]);
    }
  });

  test('that would expand without end is refused', async () => {
    expect(await codeOf(listed('glob', '{a,b}'.repeat(12), '*'))).toBe('pattern_too_wide 2');
  });
});

describe('property', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', '[', ']', '*', '?', '-', '!', '^', '\\', '\n', 'é', '😀', '.'),
    minLength: 1,
    maxLength: 8,
  });

  test('a name escaped with [ ] matches itself and no other', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        const matches = matcherOfSegment(one.replaceAll(/[[*?]/g, '[$&]'));
        expect(matches(one)).toBe(true);
        expect(matches(other)).toBe(one === other);
      }),
    );
  });

  test('a pattern of * and ? agrees with a naive matcher', () => {
    const naive = (pattern: string[], text: string[]): boolean => {
      const [first, ...rest] = pattern;
      if (first === undefined) return text.length === 0;
      if (first === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)));
      return text.length > 0 && (first === '?' || first === text[0]) && naive(rest, text.slice(1));
    };
    const unit = fc.constantFrom('a', 'b', '😀', '*', '?');
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 6 }),
        (pattern, text) => {
          expect(matcherOfSegment(pattern)(text)).toBe(naive([...pattern], [...text]));
        },
      ),
    );
  });

  test('any pattern compiles, and braces expand to patterns without such braces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '[', ']', '-', '!', '{', '}', ',', '*'), maxLength: 12 }),
        (pattern) => {
          for (const one of expandBraces(pattern)) {
            expect(one).not.toMatch(/\{[^{}]*,[^{}]*\}/);
            expect([true, false]).toContain(matcherOfSegment(one)('a'));
          }
          if (/[*?[]/.test(pattern)) expect(looksLikeGlob(pattern)).toBe(true);
        },
      ),
    );
  });
});
