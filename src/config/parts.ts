/**
 * The files that make a config: the one that is named, and those that its `include` names, theirs, and so on. Each is read
 * once, however many patterns it fits. Paths in a file are relative to that file.
 */
import { realpath } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { listLocation } from '../partition/files.ts';
import { foldersOfPattern } from './pattern-folders.ts';
import { path as pathSchema } from './scalars.ts';
import { type ConfigFile, configFileSchema, type IncludedFile, includedFileSchema } from './schema.ts';
import { printPlace, validate } from './schema-troubles.ts';
import { type Place, readYamlFile, type YamlFile } from './yaml-file.ts';

export interface Part {
  readonly file: YamlFile;
  readonly folder: string;
  /** Null where something in it is written wrongly. */
  readonly entry: ConfigFile | IncludedFile | null;
}

export interface Parts {
  readonly main: Part & { readonly entry: ConfigFile | null };
  /** The main one first, then the included ones in the order of their patterns. */
  readonly all: readonly Part[];
  readonly troubles: readonly Trouble[];
  /** Every folder that the patterns look into. */
  readonly folders: readonly string[];
}

/** Throws `OperatingError` with exit code 2 where the main file is not there or no YAML; all else is among the troubles. */
export async function readParts(path: string): Promise<Parts> {
  const file = await readYamlFile(resolve(path), 'config');
  const { value, troubles: found } = validate(file, configFileSchema);
  const main = { file, folder: dirname(file.path), entry: value };
  const all: Part[] = [main];
  const troubles = [...found];
  const folders = new Set<string>();
  const seen = new Set<string>();

  const follow = async (part: Part, above: readonly string[]): Promise<void> => {
    const real = await realpath(part.file.path);
    seen.add(real);
    for (const { place, pattern } of patternsOf(part.file)) {
      const listed = await filesOf(pattern, place, part);
      if ('message' in listed) {
        troubles.push(listed);
        continue;
      }
      for (const folder of listed.folders) folders.add(folder);
      for (const included of listed.files) {
        const target = await realpath(included);
        if (target === real || above.includes(target)) {
          const named = relative(main.folder, included);
          const message = `${printPlace(place)}: ${JSON.stringify(named)} includes this file, so it would include itself`;
          troubles.push(part.file.trouble(place, message, 'take the file out of one of the two'));
        } else if (!seen.has(target)) {
          const child = await readIncluded(included, troubles);
          if (child === null) seen.add(target);
          else {
            all.push(child);
            await follow(child, [...above, real]);
          }
        }
      }
    }
  };
  await follow(main, []);
  return { main, all, troubles, folders: [...folders] };
}

/** Every pattern that is well written, also where another is not. */
function patternsOf(file: YamlFile): readonly { readonly place: Place; readonly pattern: string }[] {
  const given = written(file, 'include');
  if (!Array.isArray(given)) return [];
  return given.flatMap((pattern: unknown, i) => {
    const { success, data } = pathSchema.safeParse(pattern);
    return success ? [{ place: ['include', i], pattern: data }] : [];
  });
}

async function filesOf(
  pattern: string,
  place: Place,
  { file, folder }: Part,
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] } | Trouble> {
  const tell = (message: string, hint: string): Trouble =>
    file.trouble(place, `${printPlace(place)}: ${message}`, hint);
  const shown = JSON.stringify(pattern);
  try {
    const path = resolve(folder, pattern);
    const { kind, base, files } = await listLocation(path);
    if (kind === 'folder')
      return tell(`${shown} is a folder`, `name its files: ${JSON.stringify(`${pattern}/*.yaml`)}`);
    return { files, folders: kind === 'glob' ? await foldersOfPattern(path, base) : [] };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const [first] = error.troubles;
    if (first?.code !== 'path_not_found') return tell(`${shown}: ${first?.message ?? error.message}`, 'see `include`');
    const message = /[*?[{]/.test(pattern) ? `no file matches ${shown}` : `there is no file ${shown}`;
    return tell(message, 'paths are relative to the file that they stand in');
  }
}

async function readIncluded(path: string, troubles: Trouble[]): Promise<Part | null> {
  try {
    const file = await readYamlFile(path, 'config');
    // A file of comments only includes nothing, which is not what a config may say of itself.
    if (file.content === null) return { file, folder: dirname(path), entry: includedFileSchema.parse({}) };
    const { value, troubles: found } = validate(file, includedFileSchema);
    troubles.push(...found);
    return { file, folder: dirname(path), entry: value };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    troubles.push(...error.troubles);
    return null;
  }
}

/** A part of a file as it is written, whatever state the rest is in. */
export function written(file: YamlFile, name: string): unknown {
  const { content } = file;
  const there = typeof content === 'object' && content !== null && Object.hasOwn(content, name);
  return there ? (content as Readonly<Record<string, unknown>>)[name] : undefined;
}

export interface NamedEntry {
  readonly name: string;
  /** As it is written. */
  readonly given: unknown;
  readonly part: Part;
}

/** The named entries of all files, each name once; one that stands in a second file is told with both places. */
export function namedEntries(
  { all }: Parts,
  section: 'sources' | 'ingestion_jobs',
  troubles: Trouble[],
): readonly NamedEntry[] {
  const entries = new Map<string, NamedEntry>();
  for (const part of all) {
    const inside = written(part.file, section);
    if (typeof inside !== 'object' || inside === null || Array.isArray(inside)) continue;
    for (const [name, given] of Object.entries(inside)) {
      const before = entries.get(name);
      if (before === undefined) entries.set(name, { name, given, part });
      else troubles.push(standsTwice([section, name], part.file, before.part.file));
    }
  }
  return [...entries.values()];
}

function standsTwice(place: Place, here: YamlFile, before: YamlFile): Trouble {
  const first = before.trouble(place, '', undefined, 'name');
  const message = `${printPlace(place)} stands in two files: here, and in ${first.subject} (${first.place})`;
  return here.trouble(place, message, 'a name is given once in all files together; rename or remove one', 'name');
}
