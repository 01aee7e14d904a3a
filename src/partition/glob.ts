/**
 * Glob patterns over file names: `*`, `?`, `[a-z]`, `[!x]`, `**` (any depth) and `{a,b}`. There is no escape character,
 * because a backslash is an ordinary character of a file name here; `[*]` stands for a literal star.
 */

/** Whether a path may be a pattern. A path that exists under this very name is a name all the same: ask the disk first. */
export function looksLikeGlob(path: string): boolean {
  return /[*?[]|\{[^{}]*,/.test(path);
}

const EXPANSIONS_MAX = 1000;

/** `a{b,c}d` gives `abd`, `acd`; braces without a comma stay as they are. Throws `RangeError` beyond 1000 patterns. */
export function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    const next = open.shift() as string;
    const group = innermostGroup(next);
    if (group === null) done.push(next);
    else open.unshift(...group.members.map((member) => next.slice(0, group.start) + member + next.slice(group.end)));
    if (done.length + open.length > EXPANSIONS_MAX) throw new RangeError('the braces expand to over 1000 patterns');
  }
  return [...new Set(done)];
}

function innermostGroup(pattern: string): { start: number; end: number; members: string[] } | null {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match === null) return null;
  return { start: match.index, end: match.index + match[0].length, members: (match[1] as string).split(',') };
}

/** The matcher of one path segment. Names that start with `.` or `_` match only a pattern that starts so too. */
export function matcherOfSegment(segment: string): (name: string) => boolean {
  const pattern = new RegExp(`^${toRegExpSource(segment)}$`, 'su');
  const first = segment[0];
  return (name) => (!/^[._]/.test(name) || name[0] === first) && pattern.test(name);
}

function toRegExpSource(segment: string): string {
  let source = '';
  let at = 0;
  while (at < segment.length) {
    const char = String.fromCodePoint(segment.codePointAt(at) as number);
    const set = char === '[' ? readSet(segment, at) : null;
    if (set !== null) {
      source += set.source;
      at = set.end;
      continue;
    }
    if (char === '*') source += source.endsWith('.*') ? '' : '.*';
    else if (char === '?') source += '.';
    else source += literal(char);
    at += char.length;
  }
  return source;
}

/** `[abc]`, `[!a-z]`; a `]` in first place is a member. Null where no bracket closes it: then `[` is just a character. */
function readSet(segment: string, start: number): { source: string; end: number } | null {
  const negated = segment[start + 1] === '!' || segment[start + 1] === '^';
  const from = start + (negated ? 2 : 1);
  const close = segment.indexOf(']', from + 1);
  if (close < 0) return null;
  const members = [...segment.slice(from, close)];
  let source = '';
  for (let i = 0; i < members.length; i += 1) {
    const low = members[i] as string;
    const high = members[i + 1] === '-' ? members[i + 2] : undefined;
    if (high === undefined) {
      source += literal(low);
      continue;
    }
    // A range that runs backwards holds nothing; as a regular expression it would be refused.
    if ((low.codePointAt(0) as number) <= (high.codePointAt(0) as number)) source += `${literal(low)}-${literal(high)}`;
    i += 2;
  }
  if (source === '') return { source: negated ? '.' : '(?!)', end: close + 1 };
  return { source: `[${negated ? '^' : ''}${source}]`, end: close + 1 };
}

function literal(char: string): string {
  return `\\u{${(char.codePointAt(0) as number).toString(16)}}`;
}
