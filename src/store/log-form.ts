/** What makes one kind of log, and how a record of it becomes an entry. */
import type { LogColumn } from './log-column.ts';
import type { QuarantineRecord } from './slot-record.ts';
import type { LogKind } from './store-trouble.ts';

/** A record as it was read: fields by name, values of JSON or of the engine. */
export type LoggedRecord = Readonly<Record<string, unknown>>;

export type Parsed<Entry> = { readonly entry: Entry } | { readonly reason: string };

/** What makes one kind of log: the columns that are looked for in Parquet files, and how a record becomes an entry. */
export interface LogForm<Entry> {
  readonly kind: LogKind;
  readonly columns: readonly LogColumn[];
  /** Columns without which no row of a file says anything. */
  readonly required: readonly string[];
  /** Columns of which the value is JSON, whatever it consists of: structs and lists become JSON text. */
  readonly json: readonly string[];
  /** The reason may quote values of the record as `, got <JSON>`; only their shape is told. */
  readonly parse: (record: LoggedRecord) => Parsed<Entry>;
}

export interface ReadPart<Entry> {
  /** In the order of the file. An event that stands twice comes twice. */
  readonly entries: readonly Entry[];
  /** Where each of them stands: `byte 1024` (of its line) or `row 7`. */
  readonly places: readonly string[];
  readonly quarantined: readonly QuarantineRecord[];
}

/** Why an entry that is well formed cannot be used; null where it can. The reason may hold nothing that the log says. */
export type Refuse<Entry> = (entry: Entry) => string | null;

export const TOO_DEEP = 'lists or objects are nested too deeply';
/** How much of a value a reason quotes, and how much of that is left. */
const QUOTED_LENGTH = 60;
const SHAPE_LENGTH = 20;

/** As the form parses it, but of what its reason quotes only the shape is left: the value may be personal data. */
export function parseMasked<Entry>(record: LoggedRecord, form: LogForm<Entry>): Parsed<Entry> {
  try {
    const parsed = form.parse(record);
    return 'entry' in parsed ? parsed : { reason: withoutValues(parsed.reason, Object.values(record)) };
  } catch (error) {
    if (error instanceof RangeError) return { reason: TOO_DEEP };
    throw error;
  }
}

function withoutValues(reason: string, values: readonly unknown[]): string {
  const printed = values.map((given) => (typeof given === 'bigint' ? String(given) : (JSON.stringify(given) ?? '')));
  // Longest first, because one value may begin like another.
  const ordered = [...new Set(printed)].filter((text) => text !== '').sort((one, other) => other.length - one.length);
  return ordered.reduce(
    (left, text) => left.replaceAll(`, got ${text.slice(0, QUOTED_LENGTH)}`, () => `, got ${shapeOf(text)}`),
    reason,
  );
}

/** Letters as `a`, digits as `9`, and not much of it. */
function shapeOf(text: string): string {
  if (text === 'true' || text === 'false') return text;
  const characters = Array.from(text.slice(0, QUOTED_LENGTH));
  const shape = characters
    .slice(0, SHAPE_LENGTH)
    .map((character) => (/[\p{L}\p{M}]/u.test(character) ? 'a' : /\p{N}/u.test(character) ? '9' : character))
    .join('');
  // Longer ones have their end cut, and told, already.
  return characters.length > SHAPE_LENGTH && text.length <= QUOTED_LENGTH ? `${shape}…` : shape;
}
