/** Our YAML files: read, parsed without tags or surprises, and able to say where each value stands. */
import { readFile } from 'node:fs/promises';
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { messageOf, OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';

/** Names and indices from the top of the file down to a value. */
export type Place = readonly (string | number)[];

/** What the file is to the reader, and the first half of its error codes: `config_invalid`, `policy_missing`. */
export type FileKind = 'config' | 'known_issues' | 'policy';

/** More aliases than this unfold to more than a person wrote. */
const ALIASES_MAX = 200;

export interface YamlFile {
  readonly path: string;
  /** Plain values; names that stand twice keep the last value, and are among the troubles. */
  readonly content: unknown;
  /** Names that stand twice, tags, names that no object can hold: found all at once, not thrown. */
  readonly troubles: readonly Trouble[];
  /** A trouble about the value at a place, or about its name where `of` is `name`. */
  trouble(place: Place, message: string, hint?: string, of?: 'value' | 'name'): Trouble;
}

/** Throws `OperatingError` with exit code 2 where there is no such file or it is no YAML. */
export async function readYamlFile(path: string, kind: FileKind): Promise<YamlFile> {
  const text = await readText(path, kind);
  const lines = new LineCounter();
  const document = parse(text, lines);
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const trouble = (offset: number | null, message: string, hint?: string): Trouble => ({
    code: `${kind}_invalid`,
    subject: path,
    place: offset === null ? undefined : at(offset),
    message,
    hint,
  });
  // Only the first: what a parser says after it has lost its way is noise.
  const [broken] = document.errors;
  if (broken !== undefined) {
    const hint = 'quote text that holds { } [ ] , # or ": "; further problems are looked for once this is YAML';
    const syntax = trouble(broken.pos[0], `this is no YAML: ${broken.message}`, hint);
    throw new OperatingError(EXIT_CODES.usage, { ...syntax, code: `${kind}_syntax` });
  }
  const { troubles, unreadable } = surprises(document, trouble, at);
  if (unreadable) throw new OperatingError(EXIT_CODES.usage, troubles);
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    throw new OperatingError(
      EXIT_CODES.usage,
      trouble(null, messageOf(error), `at most ${ALIASES_MAX} aliases unfold`),
    );
  }
  // The nodes take 30 KB a job: parsed again where something is wrong, not kept for the hundreds of files that are right.
  let again: Document.Parsed | null = null;
  return {
    path,
    content,
    troubles,
    trouble: (place, message, hint, of = 'value') => {
      again ??= parse(text, new LineCounter());
      return trouble(offsetOf(again, place, of), message, hint);
    },
  };
}

function parse(text: string, lines: LineCounter): Document.Parsed {
  return parseDocument(text, {
    lineCounter: lines,
    merge: true,
    uniqueKeys: false, // looked for in `surprises`, where both places can be told
    schema: 'core',
    prettyErrors: false,
  });
}

/** By file, then by line and column, as a person goes through them. */
export function inOrder(troubles: readonly Trouble[]): readonly Trouble[] {
  const numbers = ({ place }: Trouble) => (place?.match(/\d+/g) ?? []).map(Number);
  return troubles.toSorted((one, other) => {
    if (one.subject !== other.subject) return one.subject < other.subject ? -1 : 1;
    const [line = 0, column = 0] = numbers(one);
    const [otherLine = 0, otherColumn = 0] = numbers(other);
    return line - otherLine || column - otherColumn;
  });
}

async function readText(path: string, kind: FileKind): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const message = missing
      ? 'there is no such file'
      : code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? 'this is no UTF-8 text'
        : `cannot be read: ${messageOf(error)}`;
    const hint = missing && kind === 'config' ? '`shadowcheck init` writes a first one from two folders' : undefined;
    const trouble = { code: `${kind}_${missing ? 'missing' : 'unreadable'}`, subject: path, message, hint };
    throw new OperatingError(EXIT_CODES.usage, trouble, { cause: error });
  }
}

type Tell = (offset: number | null, message: string, hint?: string) => Trouble;

/** What is YAML and yet means something else than its reader thinks. `unreadable`: it has no plain value at all. */
function surprises(
  document: Document.Parsed,
  trouble: Tell,
  at: (offset: number) => string,
): { troubles: Trouble[]; unreadable: boolean } {
  const troubles: Trouble[] = [];
  let unreadable = false;
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node) && node.tag !== undefined) {
        troubles.push(trouble(node.range?.[0] ?? null, `tags are not allowed here: ${node.tag}`));
      }
    },
    Map: (_, map) => {
      const seen = new Map<string, number>();
      for (const { key } of map.items) {
        const offset = offsetOfNode(key);
        if (!isScalar(key)) {
          troubles.push(trouble(offset, 'a name must be text'));
          unreadable = true;
          continue;
        }
        const name = String(key.value);
        const before = seen.get(name);
        if (name === '__proto__') {
          troubles.push(
            trouble(offset, '"__proto__" cannot be a name here', 'where a list of names is possible, use it'),
          );
        } else if (before !== undefined) {
          const hint = 'the second would silently replace the first; rename or remove one';
          troubles.push(
            trouble(offset, `${JSON.stringify(name)} stands here twice; the first is at ${at(before)}`, hint),
          );
        } else {
          seen.set(name, offset ?? 0);
        }
      }
    },
    Alias: (_, alias, ancestors) => {
      const target = alias.resolve(document);
      if (target !== undefined && !ancestors.includes(target)) return;
      const problem = target === undefined ? 'has no anchor before it' : 'stands inside its own anchor';
      troubles.push(trouble(alias.range?.[0] ?? null, `the alias *${alias.source} ${problem}`));
      unreadable = true;
    },
  });
  return { troubles, unreadable };
}

/** Where the value (or its name) stands; where there is none, the nearest thing above it. */
function offsetOf(document: Document.Parsed, place: Place, of: 'value' | 'name'): number | null {
  let node: unknown = document.contents;
  let offset = offsetOfNode(node);
  for (const [i, step] of place.entries()) {
    const inside = resolved(node, document);
    const pair = isMap(inside) ? pairOf(inside, String(step), document) : undefined;
    const next: unknown = pair === undefined ? (isSeq(inside) ? inside.items[Number(step)] : undefined) : pair.value;
    if (pair === undefined && next === undefined) break;
    const wanted =
      pair !== undefined && ((i === place.length - 1 && of === 'name') || isCollection(next)) ? pair.key : next;
    offset = offsetOfNode(wanted) ?? offsetOfNode(pair?.key) ?? offset;
    node = next;
  }
  return offset;
}

/** By name, for maps that were looked into: of 20,000 jobs with a mistake each, none is searched for among all. */
const pairsByName = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** A name's pair, also where a merge (`<<: *base`) brings it in; of a name that stands twice, the last. */
function pairOf(map: YAMLMap, name: string, document: Document.Parsed): Pair | undefined {
  let pairs = pairsByName.get(map);
  if (pairs === undefined) {
    pairs = new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])));
    pairsByName.set(map, pairs);
  }
  const own = pairs.get(name);
  if (own !== undefined) return own;
  for (const { key, value } of map.items) {
    if (!isScalar(key) || key.value !== '<<') continue;
    const merged = resolved(value, document);
    const maps = isSeq(merged) ? merged.items.map((item) => resolved(item, document)) : [merged];
    for (const inside of maps) {
      const found = isMap(inside) ? pairOf(inside, name, document) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function resolved(node: unknown, document: Document.Parsed): unknown {
  return isAlias(node) ? (node as Alias).resolve(document) : node;
}

function offsetOfNode(node: unknown): number | null {
  return typeof node === 'object' && node !== null ? ((node as Partial<ParsedNode>).range?.[0] ?? null) : null;
}
