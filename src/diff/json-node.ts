/** JSON as the engine writes it, with the text of every leaf as it stands: no number is rounded, and NaN may stand there. */

export type JsonNode =
  | { readonly kind: 'leaf'; readonly raw: string }
  | { readonly kind: 'list'; readonly raw: string; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly raw: string; readonly members: readonly (readonly [string, JsonNode])[] };

/** What lies deeper stands as one leaf: its text is compared, the way to it is not told. */
const DEPTH_MAX = 100;

/** Null where the text is no JSON. */
export function readJson(text: string): JsonNode | null {
  const reader = new Reader(text);
  const node = reader.value(0);
  return node !== null && reader.isAtEnd() ? node : null;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skip();
    return this.#at === this.#text.length;
  }

  value(depth: number): JsonNode | null {
    this.#skip();
    const start = this.#at;
    if (depth >= DEPTH_MAX) return this.#deepLeaf();
    switch (this.#text[start]) {
      case '[':
        return this.#list(depth, start);
      case '{':
        return this.#object(depth, start);
      default: {
        const raw = this.#match(/"(?:[^"\\]|\\.)*"|[^\s,:[\]{}"]+/y);
        return raw === null ? null : { kind: 'leaf', raw };
      }
    }
  }

  #list(depth: number, start: number): JsonNode | null {
    const items: JsonNode[] = [];
    const isWhole = this.#separated(']', () => {
      const item = this.value(depth + 1);
      if (item !== null) items.push(item);
      return item !== null;
    });
    return isWhole ? { kind: 'list', raw: this.#text.slice(start, this.#at), items } : null;
  }

  #object(depth: number, start: number): JsonNode | null {
    const members: [string, JsonNode][] = [];
    const isWhole = this.#separated('}', () => {
      this.#skip();
      const name = this.#match(/"(?:[^"\\]|\\.)*"/y);
      const member = name !== null && this.#take(':') ? this.value(depth + 1) : null;
      if (name === null || member === null) return false;
      members.push([jsonString(name), member]);
      return true;
    });
    return isWhole ? { kind: 'object', raw: this.#text.slice(start, this.#at), members } : null;
  }

  /** The rest of a bracket after its opening: members, commas between them, the closing. */
  #separated(end: string, member: () => boolean): boolean {
    this.#at += 1;
    if (this.#take(end)) return true;
    while (member()) {
      if (this.#take(end)) return true;
      if (!this.#take(',')) return false;
    }
    return false;
  }

  /** Everything up to the bracket that closes this depth. */
  #deepLeaf(): JsonNode | null {
    const start = this.#at;
    let open = 0;
    for (let token = this.#token(); token !== null; token = this.#token()) {
      if (token === '[' || token === '{') open += 1;
      if (token === ']' || token === '}') open -= 1;
      if (open === 0) return { kind: 'leaf', raw: this.#text.slice(start, this.#at) };
    }
    return null;
  }

  #token(): string | null {
    this.#skip();
    return this.#match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s,:[\]{}"]+/y);
  }

  #take(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    this.#match(/[ \t\n\r]+/y);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }
}

/** The text of a JSON string; as it stands where it is none. */
export function jsonString(raw: string): string {
  try {
    const text: unknown = JSON.parse(raw);
    return typeof text === 'string' ? text : raw;
  } catch {
    return raw;
  }
}
