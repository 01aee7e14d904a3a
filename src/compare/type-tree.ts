/** A DuckDB type name taken apart: `STRUCT("a b" MAP(VARCHAR, DECIMAL(10,2)[]), c ENUM('x, y'))`. */

export type TypeTree =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly text: string; readonly item: TypeTree; readonly size: number | null }
  | { readonly kind: 'struct'; readonly text: string; readonly fields: readonly TypeField[] }
  | { readonly kind: 'map'; readonly text: string; readonly key: TypeTree; readonly value: TypeTree }
  | { readonly kind: 'union'; readonly text: string; readonly members: readonly TypeField[] };

/** A field of a struct or a member of a union; a struct made by `row()` has fields without names. */
export interface TypeField {
  readonly name: string | null;
  readonly type: TypeTree;
}

/** What the engine's names look like; anything else is one scalar type, so that a type of tomorrow is compared as text. */
export function parseType(text: string): TypeTree {
  const reader = new TypeReader(text);
  const type = reader.type();
  return type !== null && reader.isAtEnd() ? type : { kind: 'scalar', text };
}

class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  type(): TypeTree | null {
    const start = this.#at;
    let type = this.#base();
    while (type !== null) {
      const brackets = this.#match(/\[(\d*)\]/y);
      if (brackets === null) break;
      const size = brackets[1] === undefined || brackets[1] === '' ? null : Number(brackets[1]);
      type = { kind: 'list', text: this.#text.slice(start, this.#at), item: type, size };
    }
    return type;
  }

  #base(): TypeTree | null {
    const start = this.#at;
    const text = (): string => this.#text.slice(start, this.#at);
    const nested = this.#match(/(STRUCT|MAP|UNION)\(/y)?.[1];
    if (nested === 'MAP') {
      const [key, value] = this.#members(() => this.type()) ?? [];
      return key == null || value == null ? null : { kind: 'map', text: text(), key, value };
    }
    if (nested !== undefined) {
      const fields = this.#members(() => this.#field());
      if (fields === null) return null;
      return nested === 'STRUCT'
        ? { kind: 'struct', text: text(), fields }
        : { kind: 'union', text: text(), members: fields };
    }
    // Words, then parameters, of which an ENUM's are quoted texts: TIMESTAMP WITH TIME ZONE, DECIMAL(10,2), "NULL".
    const found =
      this.#match(/(?:[A-Z_0-9]+(?: [A-Z]+)*|"(?:[^"]|"")*")(?:\((?:[^()'"]|'(?:[^']|'')*'|"(?:[^"]|"")*")*\))?/y) ??
      null;
    return found === null ? null : { kind: 'scalar', text: text() };
  }

  /** Members between the opening parenthesis, already read, and its closing one. */
  #members<T>(read: () => T | null): T[] | null {
    const members: T[] = [];
    while (true) {
      const member = read();
      if (member === null) return null;
      members.push(member);
      const end = this.#match(/, |\)/y)?.[0];
      if (end === undefined) return null;
      if (end === ')') return members;
    }
  }

  /** A name, if there is one, and a type. A name that needs no quotes is never the whole of a field, a type is. */
  #field(): TypeField | null {
    const start = this.#at;
    const quoted = this.#match(/"((?:[^"]|"")*)" /y)?.[1];
    const name =
      quoted?.replaceAll('""', '"') ?? this.#match(/([\p{L}_][\p{L}\p{N}_$]*) (?!(?:WITH|PRECISION)\b)/uy)?.[1];
    if (name !== undefined) {
      const type = this.type();
      if (type !== null) return { name, type };
    }
    this.#at = start;
    const type = this.type();
    return type === null ? null : { name: null, type };
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }
}
