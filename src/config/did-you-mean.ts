/**
 * The candidate that a person most likely meant: the nearest by edits (with swapped neighbours counted once), case
 * ignored; null where none is near enough to be more than a guess.
 */
export function didYouMean(written: string, candidates: Iterable<string>): string | null {
  const wanted = written.toLowerCase();
  let nearest: string | null = null;
  let distance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const here = editDistance(wanted, candidate.toLowerCase());
    if (here < distance) {
      nearest = candidate;
      distance = here;
    }
  }
  return nearest;
}

/** `did you mean "x"?`, or else the whole choice where it is short; undefined where nothing helps. */
export function suggestionFor(written: string, candidates: readonly string[]): string | undefined {
  const meant = didYouMean(written, candidates);
  if (meant !== null) return `did you mean ${JSON.stringify(meant)}?`;
  if (candidates.length === 0) return undefined;
  const shown = candidates.slice(0, 15).map((name) => JSON.stringify(name));
  return `possible here: ${shown.join(', ')}${candidates.length > 15 ? ', …' : ''}`;
}

/** Names longer than this are compared by their beginning: the work is quadratic. */
const LENGTH_MAX = 64;

/** Optimal string alignment: insert, delete, replace, or swap two neighbours. */
function editDistance(one: string, other: string): number {
  const a = [...one].slice(0, LENGTH_MAX);
  const b = [...other].slice(0, LENGTH_MAX);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
