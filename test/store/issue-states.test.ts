import { describe, expect, test } from 'vitest';
import { SIDES } from '../../src/core/side.ts';
import { type Catalog, EMPTY_RECORD, openCatalog } from '../../src/store/catalog.ts';
import type { ComparisonRecord } from '../../src/store/comparison-record.ts';
import type { Lease } from '../../src/store/leases.ts';
import type { EventRecord, IssueState, OccurrenceRecord } from '../../src/store/slot-record.ts';
import { compared, found, gone, look, NOW, taken } from './landing-samples.ts';

const HOUR_MS = 3_600_000;
const DAY = 'ds=2026-11-19';

/** A week in which landings are compared every hour and mismatches analysed. */
class Week {
  readonly catalog: Catalog = openCatalog(':memory:');
  readonly lease: Lease = taken(this.catalog);
  #hour = 0;
  #landings = 0;

  get now_ms(): number {
    return NOW + this.#hour * HOUR_MS;
  }

  /** Both sides land anew and are compared, an hour later. */
  compare(
    outcome: ComparisonRecord['outcome'],
    partition_key = DAY,
    more: Partial<ComparisonRecord> = {},
  ): ComparisonRecord {
    this.#hour += 1;
    this.#landings += 1;
    const files = `files ${this.#landings}`;
    const both = [found('production', files, { partition_key }), found('shadow', files, { partition_key })];
    this.catalog.commitLook(look({ found: both }), this.lease, this.now_ms);
    const reason = outcome === 'inconclusive' ? ('out_of_memory' as const) : null;
    const facts = { outcome, inconclusive_reason: reason, compared_at_ms: this.now_ms, partition_key, ...more };
    const comparison = compared(this.catalog, facts, partition_key);
    this.catalog.commitComparisons([comparison], [], this.lease, this.now_ms);
    return comparison;
  }

  /** A slot with the analysis of this comparison, which shows these issues. */
  analyse(
    of: string,
    issues: readonly string[],
    more: Partial<EventRecord & OccurrenceRecord> = {},
    partition_key = DAY,
  ): void {
    const id = `${new Date(this.now_ms).toISOString().slice(0, 13)}`;
    const log = {
      log: 'l',
      path: `/log/${of}`,
      kind: 'parquet',
      from_offset: null,
      to_offset: null,
      file: null,
    } as const;
    this.catalog.recordSegments([{ ...log, id: `segment ${of}`, hour: id }]);
    const slot = this.catalog.claimSlot(id, this.lease);
    if (slot === null) throw new Error('nothing was owed');
    const event: EventRecord = {
      comparison_id: of,
      job: 'orders',
      partition_key,
      pairing: 'migration',
      outcome: 'mismatch',
      inconclusive_reason: null,
      report_path: 'r.html',
      logged_at_ms: this.now_ms,
      ...('outcome' in more ? { outcome: more.outcome ?? 'mismatch' } : {}),
    };
    const occurrences = issues.map((issue_id): OccurrenceRecord => {
      const what = { cause: 'ts_trunc', title: 'Cut', site: 's', shape: 's', explained: 1, unit: 'cells' };
      const whose = { owner: null, link: null, seen_at_ms: this.now_ms };
      return { issue_id, comparison_id: of, ...what, ...whose, state: more.state ?? 'new' };
    });
    this.catalog.commitSlot(
      slot,
      this.lease,
      { ...EMPTY_RECORD, events: [event], occurrences, summary: '{}' },
      this.now_ms,
    );
  }

  bad(partition_key = DAY, state: IssueState = 'new'): ComparisonRecord {
    const comparison = this.compare('mismatch', partition_key);
    this.analyse(comparison.comparison_id, ['i1'], { state }, partition_key);
    return comparison;
  }

  /** As `compare`, with a shadow that turns out to be a copy; it agrees. */
  compareCopy(): void {
    this.compare('match');
    const files = this.catalog.pairOf('orders', 'migration', DAY)?.landings.shadow?.files_hash ?? '';
    this.catalog.commitLook(look({ found: [found('shadow', files, { run_kind: 'seeded' })] }), this.lease, NOW);
  }

  settle(): string[] {
    return this.catalog.settleIssues(this.lease, this.now_ms);
  }

  state(): IssueState | undefined {
    return this.catalog.issueById('i1')?.state;
  }
}

describe('an issue', () => {
  test('that was bad, repaired, and bad again reads new, gone, regressed', () => {
    const week = new Week();
    week.bad();
    expect([week.settle(), week.state()]).toEqual([[], 'new']);
    const repaired = week.compare('match');
    expect([week.settle(), week.state()]).toEqual([['i1'], 'resolved']);
    expect(week.settle()).toEqual([]);
    expect(week.catalog.issueById('i1')).toMatchObject({
      gone_since_ms: repaired.compared_at_ms,
      regressed_at_ms: null,
    });
    const [actions] = week.catalog.tables(new Set(['action']));
    expect(actions?.rows.map((row) => row.slice(1, 4))).toEqual([['shadowcheck', 'resolve', 'i1']]);
    const again = week.compare('mismatch');
    expect([week.settle(), week.state()]).toEqual([[], 'resolved']);
    expect(week.catalog.goneIssues(['i1', 'i2'])).toEqual(new Set(['i1']));
    week.analyse(again.comparison_id, ['i1'], { state: 'regressed' });
    expect([week.settle(), week.state()]).toEqual([[], 'regressed']);
    expect(week.catalog.goneIssues(['i1'])).toEqual(new Set());
    expect(week.catalog.issueById('i1')).toMatchObject({ gone_since_ms: null, regressed_at_ms: again.compared_at_ms });
  });

  test('that people know stays known when it comes back, and the catalog still tells that it had gone', () => {
    const week = new Week();
    week.bad(DAY, 'known');
    week.compare('match_agreed');
    expect([week.settle(), week.state()]).toEqual([['i1'], 'resolved']);
    week.bad(DAY, 'known');
    expect(week.catalog.issueById('i1')).toMatchObject({
      state: 'known',
      regressed_at_ms: week.now_ms,
      gone_since_ms: null,
    });
  });

  test('is gone only once every partition where it was seen is without it', () => {
    const week = new Week();
    week.bad('ds=2026-11-18');
    week.bad('ds=2026-11-19');
    week.compare('match', 'ds=2026-11-18');
    week.compare('match', 'ds=2026-11-17');
    expect(week.settle()).toEqual([]);
    const last = week.compare('match', 'ds=2026-11-19');
    week.compare('match', 'ds=2026-11-18');
    expect(week.settle()).toEqual(['i1']);
    expect(week.catalog.issueById('i1')?.gone_since_ms).toBe(last.compared_at_ms);
  });

  test('is gone where the newest mismatch was analysed without it, and not before that', () => {
    const week = new Week();
    week.bad();
    const other = week.compare('mismatch');
    expect(week.settle()).toEqual([]);
    week.analyse(other.comparison_id, ['i2']);
    expect(week.settle()).toEqual(['i1']);
  });

  test.each([
    ['an inconclusive comparison', (week: Week) => week.compare('inconclusive')],
    [
      'a match that an inconclusive comparison followed',
      (week: Week) => [week.compare('match'), week.compare('inconclusive')],
    ],
    [
      'a partition that is missing now',
      (week: Week) => {
        const known = week.catalog.pairOf('orders', 'migration', DAY)?.landings.shadow?.id ?? null;
        const missing = { landing_ids: { production: null, shadow: known }, trigger: 'deadline' } as const;
        week.analyse(week.compare('mismatch', DAY, missing).comparison_id, ['i2']);
      },
    ],
    [
      'the agreement of a copy',
      (week: Week) => {
        week.compareCopy();
      },
    ],
    [
      'the agreement of a copy that was superseded since',
      (week: Week) => {
        week.compareCopy();
        week.compare('mismatch');
      },
    ],
    [
      'the agreement of a copy that retention took since',
      (week: Week) => {
        week.compareCopy();
        week.catalog.commitLook(look({ gone: SIDES.map((side) => gone(side)) }), week.lease, NOW);
        expect(week.catalog.pairOf('orders', 'migration', DAY)).toBeNull();
      },
    ],
    [
      'an analysis that could not decide',
      (week: Week) => week.analyse(week.compare('mismatch').comparison_id, [], { outcome: 'inconclusive' }),
    ],
  ])('is not gone by %s', (what, happens) => {
    const week = new Week();
    week.bad();
    happens(week);
    expect([week.settle(), week.state()]).toEqual([[], 'new']);
    expect(week.catalog.goneIssues(['i1']).has('i1')).toBe(what.startsWith('a match'));
  });

  test("in somebody else's log is judged by the newest analysed event of the partition", () => {
    const week = new Week();
    const hourLater = (): void => void week.compare('match', 'ds=2026-01-01');
    week.analyse('foreign 1', ['i1']);
    expect(week.settle()).toEqual([]);
    hourLater();
    week.analyse('foreign 2', ['i2']);
    expect(week.settle()).toEqual(['i1']);
    hourLater();
    week.analyse('foreign 3', ['i1'], { state: 'regressed' });
    expect([week.settle(), week.state()]).toEqual([['i2'], 'regressed']);
  });

  test('that had gone and come back before anybody settled it has regressed all the same', () => {
    const week = new Week();
    week.bad();
    week.compare('match');
    week.compare('mismatch');
    expect([week.settle(), week.state()]).toEqual([[], 'new']);
    expect(week.catalog.goneIssues(['i1'])).toEqual(new Set(['i1']));
  });

  test('that was never gone everywhere at one time has not', () => {
    const week = new Week();
    week.bad('ds=2026-11-18');
    week.bad('ds=2026-11-19');
    week.compare('match', 'ds=2026-11-18');
    week.compare('mismatch', 'ds=2026-11-18');
    week.compare('match', 'ds=2026-11-19');
    expect(week.catalog.goneIssues(['i1'])).toEqual(new Set());
  });

  test('seen late in another partition is there again', () => {
    const week = new Week();
    week.bad();
    const late = week.compare('mismatch', 'ds=2026-11-18');
    week.compare('match');
    expect(week.settle()).toEqual(['i1']);
    week.analyse(late.comparison_id, ['i1'], { state: 'regressed' }, 'ds=2026-11-18');
    expect([week.settle(), week.state()]).toEqual([[], 'regressed']);
  });

  test('is settled under the newest lease only', () => {
    const week = new Week();
    week.bad();
    week.compare('match');
    week.catalog.releaseLease(week.lease);
    expect(() => week.settle()).toThrow('lease_lost');
    expect(week.state()).toBe('new');
  });
});
