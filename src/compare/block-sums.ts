/**
 * Which columns differ, from the pass that says whether any do: XOR of hashes, each of a group of columns with the row's key,
 * so that values which change places change it. They are believed only where no key stands twice: then no hash stands
 * twice, and XOR tells all that a sum would, for less.
 *
 * A bucket has the XOR of all groups, of 64 bits, and hints, in which every group has some bits of its own. Hints say what to
 * read; whether what was read explains every difference, the XOR of all groups proves.
 */
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import type { ColumnPlan } from './column-plan.ts';
import { chunks, columnBlocks, isText } from './row-hash.ts';

/** Blocks of columns (`columnBlocks`) by their numbers. */
export type BlockGroup = readonly number[];

/** Text up to here shares groups, four blocks each: reading some codes for nothing costs less than hashes that tell them apart. */
const SHORT_BYTES = 32;
const SHORT_BLOCKS = 4;
/** Groups of one hint: each has six bits of it at least. */
const HINT_GROUPS = 10;

/** `valueBytes`: of a value of each column. */
export function blockGroups(plan: ColumnPlan, valueBytes: readonly number[]): readonly BlockGroup[] {
  const blocks = columnBlocks(plan);
  const isShortText = (block: readonly number[]): boolean =>
    block.every((i) => isText(plan, i) && (valueBytes[i] ?? 0) <= SHORT_BYTES);
  const numbers = blocks.map((_, number) => number);
  const short = numbers.filter((number) => isShortText(blocks[number] ?? []));
  const alone = numbers.filter((number) => !short.includes(number)).map((number) => [number]);
  return [...alone, ...chunks(short, Math.ceil(short.length / SHORT_BLOCKS))];
}

/** The columns `all_blocks` and `hint0`, … of a row; `hashOf`: the hash of a block by its number, `k`: that of the key. */
export function blockColumns(groups: readonly BlockGroup[], hashOf: (block: number) => Sql, k: Sql): readonly Sql[] {
  if (groups.length === 0) return [];
  const keyed = groups.map((group, i) => sql`${keyedHash(group, hashOf, k)} AS ${groupName(i)}`);
  const hints = hintsOf(groups).map((members, hint) => {
    const bits = members.map((group, nth) => sql`(${groupName(group)} & ${integer(maskOf(nth, members.length))})`);
    return sql`${join(bits, ' | ')} AS ${hintName(hint)}`;
  });
  return [...keyed, sql`${xorOf(groups.map((_, i) => groupName(i)))} AS all_blocks`, ...hints];
}

/** `all_blocks` of some groups only. */
export function allBlocks(groups: readonly BlockGroup[], hashOf: (block: number) => Sql, k: Sql): Sql {
  return groups.length === 0 ? sql`CAST(0 AS UBIGINT)` : xorOf(groups.map((group) => keyedHash(group, hashOf, k)));
}

/** The names of what a bucket has of its rows' columns. */
export function blockSumNames(groups: readonly BlockGroup[]): readonly Sql[] {
  return groups.length === 0 ? [] : [sql`all_blocks`, ...hintsOf(groups).map((_, hint) => hintName(hint))];
}

/** The groups that differ in any bucket, by the bits of the hints that do. */
export function touchedGroups(groups: readonly BlockGroup[], hints: readonly bigint[]): readonly BlockGroup[] {
  return hintsOf(groups).flatMap((members, hint) =>
    members.flatMap((group, nth) => {
      const isTouched = ((hints[hint] ?? 0n) & maskOf(nth, members.length)) !== 0n;
      return isTouched ? [groups[group] ?? []] : [];
    }),
  );
}

function hintsOf(groups: readonly BlockGroup[]): readonly (readonly number[])[] {
  const numbers = groups.map((_, i) => i);
  return chunks(numbers, Math.ceil(groups.length / HINT_GROUPS));
}

/** The bits of a hint that are the group's: of `of` groups the nth has every `of`-th bit of 64, from bit n on. */
function maskOf(nth: number, of: number): bigint {
  let mask = 0n;
  for (let bit = nth; bit < 64; bit += of) mask |= 1n << BigInt(bit);
  return mask;
}

/**
 * The key's hash is hashed once more: a block's hash ends by an XOR with the hash of its last column, and where that is the key
 * the two would cancel and leave a hash without the key. The number of the first block tells two groups of one value apart,
 * which would cancel in the XOR of all groups.
 */
function keyedHash(group: BlockGroup, hashOf: (block: number) => Sql, k: Sql): Sql {
  const hashes = group.map(hashOf);
  const values = hashes.length === 1 ? join(hashes) : sql`hash(${join(hashes)})`;
  return sql`hash(xor(xor(${values}, hash(${k})), hash(${integer(group[0] ?? 0)})))`;
}

function xorOf(terms: readonly Sql[]): Sql {
  return terms.reduce((all, term) => sql`xor(${all}, ${term})`);
}

function groupName(i: number): Sql {
  return ident(`x${i}`);
}

function hintName(i: number): Sql {
  return ident(`hint${i}`);
}
