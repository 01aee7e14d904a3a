/** The part of parquetjs-lite that the logs are written through; the package brings no types. */
declare module 'parquetjs-lite' {
  interface LeafField {
    readonly type: 'UTF8' | 'INT32' | 'INT64' | 'DOUBLE' | 'TIMESTAMP_MILLIS';
    readonly optional?: boolean;
    readonly compression?: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP';
    readonly statistics?: boolean;
  }
  interface NestedField {
    readonly type?: 'LIST';
    readonly optional?: boolean;
    readonly repeated?: boolean;
    readonly fields: Readonly<Record<string, Field>>;
  }
  export type Field = LeafField | NestedField;

  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, Field>>);
    /** Every field, those that hold others too; the path is also the key of its values in a row buffer. */
    readonly fieldList: readonly { readonly path: readonly string[] }[];
  }

  /** Rows that are not encoded yet, column by column: Dremel's levels and the values as they will be encoded. */
  export interface ColumnValues {
    readonly dlevels: number[];
    readonly rlevels: number[];
    readonly values: (number | Uint8Array)[];
    /** Looked at for statistics only. */
    readonly distinct_values: Set<unknown>;
    count: number;
  }
  export interface RowBuffer {
    rowCount?: number;
    pageRowCount?: number;
    columnData?: Record<string, ColumnValues>;
    pages?: Record<string, unknown[]>;
  }

  /** What is asked of a stream. The calls are made in the order of the bytes. */
  interface ByteSink {
    write(bytes: Uint8Array, done: (error?: Error | null) => void): void;
    end(done: (error?: Error | null) => void): void;
  }

  interface WriterOptions {
    readonly rowGroupSize?: number;
    readonly useDataPageV2?: boolean;
    readonly pageIndex?: boolean;
  }

  class ParquetWriter {
    static openStream(schema: ParquetSchema, sink: ByteSink, options: WriterOptions): Promise<ParquetWriter>;
    /** Rows since the last row group. */
    rowBuffer: RowBuffer;
    /** Rejects with a plain string. */
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>;
    close(): Promise<void>;
  }

  /** Not a module of named exports: Node cannot tell their names from the CommonJS source. */
  const parquet: {
    readonly ParquetSchema: typeof ParquetSchema;
    readonly ParquetWriter: typeof ParquetWriter;
  };
  export default parquet;
}
