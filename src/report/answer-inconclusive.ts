import type { InconclusiveReason } from '../core/outcome.ts';
import type { Answer } from './answer.ts';
import type { PairReport } from './pair-report.ts';
import { visible } from './visible.ts';

interface Reason {
  readonly what: string;
  readonly next: string;
}

const RETRY = 'It stays owed and is analysed again.';

/** What to call each reason, and what the reader can do about it. */
export const REASONS: Readonly<Record<InconclusiveReason, Reason>> = {
  not_landed: { what: 'a side has not landed completely', next: 'It is compared once the side has landed.' },
  production_missing: {
    what: 'the production partition is not there',
    next: 'See whether it was ever written, moved, or is past its retention.',
  },
  shadow_missing: {
    what: 'the shadow partition is not there',
    next: 'See whether it was ever written, moved, or is past its retention.',
  },
  production_unreadable: {
    what: 'production could not be read',
    next: 'See whether the files are complete, of the expected format, and readable for this user.',
  },
  shadow_unreadable: {
    what: 'shadow could not be read',
    next: 'See whether the files are complete, of the expected format, and readable for this user.',
  },
  production_corrupt: {
    what: 'the bytes of production are damaged',
    next: 'Write the partition again or restore it; differing rows would only show the damage.',
  },
  shadow_corrupt: {
    what: 'the bytes of shadow are damaged',
    next: 'Write the partition again; differing rows would only show the damage.',
  },
  partition_changed: { what: 'a partition changed while it was read', next: RETRY },
  superseded: {
    what: 'a newer landing took the place of one that was to be compared',
    next: 'The newer landing has a comparison of its own.',
  },
  unsupported_type: {
    what: 'a column has a type that cannot be compared',
    next: 'Ignore the column in the rules, or write it in another type.',
  },
  schemas_do_not_unite: {
    what: 'the columns of the two sides, of the files of one side, or the rules for them, do not fit together',
    next: 'Correct the types of the files or the rules, or map the columns in the rules.',
  },
  foreign_build: {
    what: 'a partition was written by another build than the one in question',
    next: 'Compare again once the build in question has written it.',
  },
  out_of_memory: {
    what: 'the comparison needed more memory than it may have',
    next: 'Raise the memory limit, or compare fewer columns or a sample.',
  },
  deadline: {
    what: 'the comparison did not end before its deadline',
    next: 'Raise the deadline, or compare fewer columns or a sample.',
  },
  limit_reached: {
    what: 'a limit was reached before all was read',
    next: 'Raise the limit named below, or compare a part.',
  },
  cancelled: { what: 'the comparison was cancelled', next: RETRY },
};

export function inconclusiveAnswer(report: PairReport): Answer {
  const reason = report.inconclusive_reason === null ? null : REASONS[report.inconclusive_reason];
  const detail = report.detail === null || report.detail === '' ? '' : `${closed(visible(report.detail))} `;
  return {
    headline: `Not decided: ${reason?.what ?? 'the two sides could not be compared'}.`,
    rest: `${detail}This is neither a match nor a mismatch. ${reason?.next ?? RETRY}`,
  };
}

/** The detail comes from the engine and the file system: on one line, ending as a sentence does. */
function closed(text: string): string {
  const line = text.replaceAll('␊', ' ').replace(/ {2,}/g, ' ').trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
