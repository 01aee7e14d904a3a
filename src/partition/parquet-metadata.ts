/** What a Parquet footer says of its file, as far as it is asked for here: columns, rows, and where the pages lie. */
import { readThrift, ThriftError, type ThriftStruct, type ThriftValue } from './thrift-reader.ts';

/** A column's pages in one row group. */
export interface ColumnChunk {
  /** Position in the file of the first page, and the bytes of all of them with their headers. */
  readonly start: number;
  readonly size: number;
  /** NULLs included; as many as rows where nothing repeats. */
  readonly num_values: number;
  /** The pages stand in this file and can be read without a key. */
  readonly is_here: boolean;
}

export interface RowGroup {
  readonly num_rows: number;
  readonly chunks: readonly ColumnChunk[];
}

/** A node of the schema, depth first, the root first. */
export interface FooterNode {
  readonly name: string;
  readonly children: number;
  readonly is_repeated: boolean;
  /** What the node is made of, as the footer writes it; null for one that holds others. */
  readonly physical: number | null;
  readonly converted: number | null;
  readonly logical: ThriftStruct | null;
  readonly precision: number;
  readonly scale: number;
}

export interface ParquetMetadata {
  readonly num_rows: number;
  readonly nodes: readonly FooterNode[];
  readonly row_groups: readonly RowGroup[];
}

/** Null where the bytes are no footer, or lack what every footer has. Counts and places are as written: nothing is checked. */
export function parseFooter(footer: Uint8Array): ParquetMetadata | null {
  try {
    const { struct, end } = readThrift(footer);
    // What follows would be what an encrypted file signs its footer with.
    if (end !== footer.length || struct.has(8)) return null;
    return {
      num_rows: numberAt(struct, 3),
      nodes: listAt(struct, 2).map(nodeOf),
      row_groups: listAt(struct, 4).map(rowGroupOf),
    };
  } catch (error) {
    if (error instanceof ThriftError) return null;
    throw error;
  }
}

function nodeOf(value: ThriftValue): FooterNode {
  const node = asStruct(value);
  const name = node.get(4);
  if (!(name instanceof Uint8Array)) throw new ThriftError('a column without a name');
  const optional = (id: number): number | null => (node.has(id) ? numberAt(node, id) : null);
  return {
    name: Buffer.from(name).toString('utf8'),
    children: optional(5) ?? 0,
    is_repeated: optional(3) === 2,
    physical: optional(1),
    converted: optional(6),
    logical: node.has(10) ? asStruct(node.get(10)) : null,
    scale: optional(7) ?? 0,
    precision: optional(8) ?? 0,
  };
}

function rowGroupOf(value: ThriftValue): RowGroup {
  const group = asStruct(value);
  return { num_rows: numberAt(group, 3), chunks: listAt(group, 1).map(chunkOf) };
}

function chunkOf(value: ThriftValue): ColumnChunk {
  const chunk = asStruct(value);
  const column = asStruct(chunk.get(3));
  const first = numberAt(column, 9);
  const dictionary = column.has(11) ? numberAt(column, 11) : 0;
  return {
    // Some writers say 0 for no dictionary, and some put theirs where they say that the data is.
    start: dictionary > 0 ? Math.min(dictionary, first) : first,
    size: numberAt(column, 7),
    num_values: numberAt(column, 5),
    is_here: !chunk.has(1) && !chunk.has(8) && !chunk.has(9),
  };
}

export function numberAt(struct: ThriftStruct, id: number): number {
  const value = struct.get(id);
  if (typeof value !== 'number') throw new ThriftError(`field ${id} is no number`);
  return value;
}

export function asStruct(value: ThriftValue | undefined): ThriftStruct {
  if (!(value instanceof Map)) throw new ThriftError('not a structure');
  return value;
}

function listAt(struct: ThriftStruct, id: number): readonly ThriftValue[] {
  const value = struct.get(id);
  if (!Array.isArray(value)) throw new ThriftError(`field ${id} is no list`);
  return value;
}
