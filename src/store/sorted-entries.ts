import type { LogForm, Parsed, ReadPart, Refuse } from './log-form.ts';
import type { LogSegment } from './log-segments.ts';

/** Sorts what was parsed into entries and what is to be quarantined. */
export class Sorted<Entry> {
  readonly form: LogForm<Entry>;
  readonly bad: { readonly number: number; readonly reason: string }[] = [];
  readonly #entries: Entry[] = [];
  readonly #places: string[] = [];
  readonly #refuse: Refuse<Entry>;

  constructor(form: LogForm<Entry>, refuse: Refuse<Entry>) {
    this.form = form;
    this.#refuse = refuse;
  }

  add(number: number, place: string, parsed: Parsed<Entry>): void {
    const reason = 'entry' in parsed ? this.#refuse(parsed.entry) : parsed.reason;
    if (reason !== null) this.bad.push({ number, reason });
    else if ('entry' in parsed) {
      this.#entries.push(parsed.entry);
      this.#places.push(place);
    }
  }

  finish(segment: LogSegment, unit: 'line' | 'row', before: number): ReadPart<Entry> {
    const quarantined = this.bad.map(({ number, reason }) => ({
      log: segment.log,
      place: `${segment.path}, ${unit} ${before + number}`,
      reason,
    }));
    return { entries: this.#entries, places: this.#places, quarantined };
  }
}

/** Nothing of the segment can be used. */
export function unusable(segment: LogSegment, reason: string): ReadPart<never> {
  return { entries: [], places: [], quarantined: [{ log: segment.log, place: segment.path, reason }] };
}
