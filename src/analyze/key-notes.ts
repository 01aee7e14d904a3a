/** What a careful reader should know of the keys: those that stand more than once, and those that are NULL. */
import type { RowCounts } from '../core/difference.ts';
import { SIDES } from '../core/side.ts';
import type { PairReport } from '../report/pair-report.ts';

export function keyNotes({ duplicate_keys, null_keys, keys_counted_over }: RowCounts): PairReport['notes'] {
  return SIDES.flatMap((side) => {
    const among = keys_counted_over?.[side] === 'rows_that_may_differ' ? ', among the rows that were read again' : '';
    const notes: PairReport['notes'] = [];
    const duplicates = duplicate_keys?.[side];
    if (duplicates !== undefined && duplicates.groups > 0n) {
      const { groups, extra_rows } = duplicates;
      const text = `${side}: ${groups} keys stand more than once (${extra_rows} rows beyond the first)${among}`;
      notes.push({ code: 'duplicate_keys', text });
    }
    const nulls = null_keys?.[side] ?? 0n;
    if (nulls > 0n) {
      const text = `${side}: ${nulls} rows have NULL in the key${among}; NULL was paired with NULL`;
      notes.push({ code: 'null_keys', text });
    }
    return notes;
  });
}
