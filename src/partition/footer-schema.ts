/**
 * The schema of Parquet files as the engine would tell it, without the engine: for who only asks whether what is known of
 * these files is still known. A type that is taken for another here makes another form of sums, of which nothing is known.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { escapePattern } from './engine-path.ts';
import { readFooter } from './parquet-footer.ts';
import type { ReadSchemas, SchemaNode } from './parquet-layout.ts';
import { type FooterNode, parseFooter } from './parquet-metadata.ts';
import type { PinnedFile, PinnedLanding } from './pin.ts';

/** By path as the engine is told it; null where a footer cannot be read. */
export async function footerSchemas({ files }: PinnedLanding): Promise<ReadSchemas | null> {
  const schemas = new Map<string, readonly SchemaNode[]>();
  for (const file of files) {
    const nodes = parsed.get(file.footer_sha256 ?? '') ?? (await readNodes(file));
    if (nodes === null) return null;
    schemas.set(escapePattern(file.path), nodes);
  }
  return schemas;
}

/** By the digest of the footer: a service looks at the same files again and again, and forty footers take some 4 ms. */
const parsed = new Map<string, readonly SchemaNode[]>();
const PARSED_MAX = 10_000;

async function readNodes({ path, size, footer_sha256 }: PinnedFile): Promise<readonly SchemaNode[] | null> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  try {
    const footer = await readFooter(handle, Number(size));
    const isPinned = 'bytes' in footer && createHash('sha256').update(footer.bytes).digest('hex') === footer_sha256;
    const metadata = isPinned ? parseFooter(footer.bytes) : null;
    if (metadata === null || footer_sha256 === null) return null;
    const nodes = metadata.nodes.map(schemaNode);
    if (parsed.size >= PARSED_MAX) parsed.clear();
    parsed.set(footer_sha256, nodes);
    return nodes;
  } finally {
    await handle.close();
  }
}

function schemaNode(node: FooterNode): SchemaNode {
  const { name, children, is_repeated } = node;
  return { name, children, is_repeated, type: node.physical === null ? null : engineType(node) };
}

const INTEGERS: Readonly<Record<number, string>> = {
  11: 'UTINYINT',
  12: 'USMALLINT',
  13: 'UINTEGER',
  14: 'UBIGINT',
  15: 'TINYINT',
  16: 'SMALLINT',
  17: 'INTEGER',
  18: 'BIGINT',
};
const PHYSICAL = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, bytes: 6 };
const CONVERTED = { utf8: 0, decimal: 5, date: 6, time_micros: 8, timestamp_millis: 9, timestamp_micros: 10 };

/** The engine's type of a column that holds values; null for one that is not among the plain ones. */
function engineType({ physical, converted, logical, precision, scale }: FooterNode): string | null {
  switch (physical) {
    case PHYSICAL.boolean:
      return 'BOOLEAN';
    case PHYSICAL.float:
      return 'FLOAT';
    case PHYSICAL.double:
      return 'DOUBLE';
    case PHYSICAL.bytes:
      return converted === CONVERTED.utf8 ? 'VARCHAR' : null;
    case PHYSICAL.int32:
    case PHYSICAL.int64:
      break;
    default:
      return null;
  }
  if (converted === CONVERTED.date) return 'DATE';
  if (converted === CONVERTED.decimal) return `DECIMAL(${precision},${scale})`;
  if (converted === CONVERTED.timestamp_millis || converted === CONVERTED.timestamp_micros) {
    // The eighth of the logical types is a timestamp, and its first field says whether it is an instant.
    const timestamp = logical?.get(8);
    return timestamp instanceof Map && timestamp.get(1) === true ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
  }
  if (converted !== null) return INTEGERS[converted] ?? null;
  if (logical !== null) return null;
  return physical === PHYSICAL.int32 ? 'INTEGER' : 'BIGINT';
}
