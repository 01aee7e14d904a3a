/** A landing of text files as one table: columns that hold for all its files, and each file's rows in order. */
import type { TypedName } from '../core/landing.ts';
import { Inconclusive } from '../core/outcome.ts';
import { type DeclaredType, declaredType } from './declared-type.ts';

export interface TextColumn {
  readonly name: string;
  readonly type: DeclaredType;
  /** The type was declared, so that each text has to be checked against it. */
  readonly is_declared: boolean;
}

export type TextRow = readonly (string | null)[];

export interface TextTable {
  readonly columns: readonly TextColumn[];
  readonly notes: readonly { readonly code: string; readonly text: string }[];
  /** The rows of a file, in batches; each row has one cell per column. Throws `Inconclusive`. */
  readonly rows: (file: number) => AsyncIterable<TextRow[]>;
}

const TEXT = declaredType('VARCHAR') as DeclaredType;

/** Types each column: as declared, else as `told`, else as text. Throws `Inconclusive('unsupported_type')` for a type that is not known. */
export function typedColumns(
  names: readonly string[],
  declarations: readonly TypedName[],
  told: (i: number) => DeclaredType = () => TEXT,
): TextColumn[] {
  const declared = new Map(declarations.map(({ name, type }) => [name, type]));
  return names.map((name, i) => {
    const text = declared.get(name);
    if (text === undefined) return { name, type: told(i), is_declared: false };
    const type = declaredType(text);
    if (type !== null) return { name, type, is_declared: true };
    throw new Inconclusive('unsupported_type', `column ${name} is declared as ${text}, which is no known type`);
  });
}
