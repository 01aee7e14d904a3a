import { describe, expect, test } from 'vitest';
import { type Ending, judgeEnding } from '../../src/service/ending.ts';

const limits = { timeout_ms: 1000, memory_bytes: 2 ** 30 };
const died = (death: Partial<Ending & { kind: 'died' }>): Ending => ({
  kind: 'died',
  exit_code: null,
  signal: null,
  stderr: '',
  ...death,
});

describe('judgeEnding', () => {
  test('an answer is the result, even at the second try', () => {
    expect(judgeEnding({ kind: 'answered', result: 5n }, 2, limits)).toEqual({ act: 'resolve', result: 5n });
  });

  test('what the work threw is not tried again', () => {
    const error = new Error('no such column');
    expect(judgeEnding({ kind: 'threw', error }, 1, limits)).toEqual({ act: 'reject', error });
  });

  test('a deadline is not tried again', () => {
    expect(judgeEnding({ kind: 'overran' }, 1, limits)).toMatchObject({ act: 'reject', error: { reason: 'deadline' } });
  });

  test.each([
    ['our own kill for memory', { kind: 'outgrew', resident_bytes: 2 ** 31 }],
    ['a SIGKILL from outside, as the kernel sends it', died({ signal: 'SIGKILL' })],
    ['a full JavaScript heap', died({ signal: 'SIGABRT', stderr: 'FATAL ERROR: JavaScript heap out of memory' })],
    ['an uncaught bad_alloc', died({ signal: 'SIGABRT', stderr: "terminate called: 'std::bad_alloc'" })],
  ] as const)('%s is want of memory: one smaller try, then inconclusive', (_name, ending) => {
    expect(judgeEnding(ending, 1, limits)).toEqual({ act: 'retry', smaller: true });
    expect(judgeEnding(ending, 2, limits)).toMatchObject({ act: 'reject', error: { reason: 'out_of_memory' } });
  });

  test.each([
    ['exited with code 7', died({ exit_code: 7 })],
    ['was killed by SIGSEGV', died({ signal: 'SIGSEGV' })],
  ])('a death by other cause (%s) gets one equal try, then names itself', (text, ending) => {
    expect(judgeEnding(ending, 1, limits)).toEqual({ act: 'retry', smaller: false });
    const decision = judgeEnding(ending, 2, limits);
    expect(decision).toMatchObject({ act: 'reject', error: { reason: 'cancelled' } });
    expect(decision).toHaveProperty('error.message', expect.stringContaining(text));
  });
});
