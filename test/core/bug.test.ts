import { describe, expect, test } from 'vitest';
import { bugFrames, bugName, printBug } from '../../src/core/bug.ts';

describe('what is told of a bug', () => {
  test('is the name of what was thrown, never its message', () => {
    expect(printBug(new TypeError('secret 4711'))).toBe('our own code failed (TypeError)');
    expect(printBug('secret 4711')).toBe('our own code failed (string)');
    expect(bugName(null)).toBe('object');
  });

  test('is where it happened, without a line of the message, whatever that looks like', () => {
    const frames = bugFrames(new Error('secret 4711\n    at secret (4711:1:1)'));
    expect(frames[0]).toMatch(/^\s+at .*bug\.test\.ts:\d+:\d+/);
    expect(frames.join('\n')).not.toContain('4711');
    expect(bugFrames('secret 4711')).toEqual([]);
  });

  test('is no line of a message that was changed later', () => {
    const error = new Error('secret 4711');
    error.message = 'other';
    expect(bugFrames(error).join('\n')).not.toContain('4711');
    expect(bugFrames(error)).not.toEqual([]);
  });
});
