/** Query files: one statement per file below `queries/`, found from this package's `package.json` upward. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fill, type Sql, type SqlValue } from './sql.ts';

const texts = new Map<string, string>();
let root: string | null = null;

/** The folder that holds this package's `package.json`: one level up from `src/`, two from `dist/src/`. */
export function packageRoot(): string {
  if (root !== null) return root;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the shadowcheck sources');
    folder = parent;
  }
  root = folder;
  return folder;
}

/** The statement of `queries/<name>.sql`, filled. See `fill` for what is refused. */
export function query(
  name: string,
  structure: Readonly<Record<string, Sql>> = {},
  values: Readonly<Record<string, SqlValue>> = {},
): Sql {
  let text = texts.get(name);
  if (text === undefined) {
    text = readFileSync(join(packageRoot(), 'queries', `${name}.sql`), 'utf8');
    texts.set(name, text);
  }
  return fill(text, structure, values);
}
