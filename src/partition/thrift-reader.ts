/**
 * Reads Thrift's compact protocol, in which Parquet writes its footer and the header of each page. Generic: a structure is
 * its fields by their numbers, so that what we do not ask for needs no description.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

/** A structure. Integers beyond 2^53 are NaN, which lies within no bounds. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
export type ThriftValue = boolean | number | Uint8Array | ThriftStruct | readonly ThriftValue[];

/** The bytes end too early, or are none of this protocol. */
export class ThriftError extends Error {}

const TYPE = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11 };
const STRUCT = 12;
/** No structure of Parquet is as deep. */
const DEPTH_MAX = 32;

/** The structure that starts at `position`, and where it ends. Throws `ThriftError`. */
export function readThrift(bytes: Uint8Array, position = 0): { readonly struct: ThriftStruct; readonly end: number } {
  const reader = new Reader(bytes, position);
  return { struct: reader.struct(0), end: reader.position };
}

class Reader {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  struct(depth: number): ThriftStruct {
    if (depth > DEPTH_MAX) throw new ThriftError('structures lie too deep in each other');
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return fields;
      const delta = head >> 4;
      id = delta === 0 ? unzigzag(this.#varint()) : id + delta;
      fields.set(id, this.#value(head & 15, depth, false));
    }
  }

  /** A boolean field has its value in its type; one in a list has a byte of its own. */
  #value(type: number, depth: number, isMember: boolean): ThriftValue {
    switch (type) {
      case TYPE.true:
      case TYPE.false:
        return isMember ? this.#byte() === TYPE.true : type === TYPE.true;
      case TYPE.byte:
        return (this.#byte() << 24) >> 24;
      case TYPE.i16:
      case TYPE.i32:
      case TYPE.i64:
        return unzigzag(this.#varint());
      case TYPE.double:
        return new DataView(this.#take(8).slice().buffer).getFloat64(0, true);
      case TYPE.binary:
        return this.#take(this.#varint());
      case TYPE.list:
      case TYPE.set:
        return this.#list(depth);
      case TYPE.map:
        return this.#map(depth);
      case STRUCT:
        return this.struct(depth + 1);
      default:
        throw new ThriftError(`${type} is no type`);
    }
  }

  #list(depth: number): ThriftValue[] {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    return this.#members(size, () => this.#value(head & 15, depth, true));
  }

  /** Keys and values one after the other. */
  #map(depth: number): ThriftValue[] {
    const size = this.#varint();
    if (size === 0) return [];
    const types = this.#byte();
    return this.#members(size, () => [
      this.#value(types >> 4, depth, true),
      this.#value(types & 15, depth, true),
    ]).flat() as ThriftValue[];
  }

  #members<T>(size: number, read: () => T): T[] {
    // Every member takes a byte at least: what says more of them than there are bytes is no list.
    if (!(size <= this.#bytes.length - this.position)) throw new ThriftError(`a list of ${size}`);
    return Array.from({ length: size }, read);
  }

  #take(length: number): Uint8Array {
    const start = this.position;
    if (!(start + length <= this.#bytes.length)) throw new ThriftError('the bytes end too early');
    this.position += length;
    return this.#bytes.subarray(start, this.position);
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw new ThriftError('the bytes end too early');
    this.position += 1;
    return byte;
  }

  /** Unsigned; NaN beyond 2^53. */
  #varint(): number {
    let number = 0;
    let place = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#byte();
      number += (byte & 127) * place;
      if (byte < 128) return Number.isSafeInteger(number) ? number : Number.NaN;
      place *= 128;
    }
    throw new ThriftError('an integer of more than 64 bits');
  }
}

/** 0, -1, 1, -2, … from 0, 1, 2, 3, … */
function unzigzag(number: number): number {
  return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
}
