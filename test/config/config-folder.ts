/** A fresh folder with a config in it, and its troubles in one line each. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { OperatingError } from '../../src/core/operating-error.ts';

export interface ConfigFolder {
  readonly path: string;
  write(name: string, text: string): Promise<string>;
  /** Folders of tables. */
  make(...folders: readonly string[]): Promise<void>;
  load(text: string): Promise<Config>;
  /** `3:5 message | hint` per trouble, `jobs/a.yaml 3:5 …` in another file; exit code 2. */
  told(text: string): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function openConfigFolder(): Promise<ConfigFolder> {
  const path = await mkdtemp(join(tmpdir(), 'shadowcheck-config-'));
  const write = async (name: string, text: string): Promise<string> => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  const load = async (text: string): Promise<Config> => loadConfig(await write('shadowcheck.yaml', text));
  return {
    path,
    write,
    load,
    make: async (...folders) => {
      for (const folder of folders) await mkdir(join(path, folder), { recursive: true });
    },
    told: async (text) => {
      const error = await load(text).then(
        () => Promise.reject(new Error('loaded')),
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof OperatingError) || error.exitCode !== 2) throw error;
      return error.troubles.map(({ subject, place, message, hint }) => {
        const file = relative(path, subject);
        const numbers = place?.match(/\d+/g)?.join(':') ?? '-';
        const where = file === 'shadowcheck.yaml' ? numbers : `${file} ${numbers}`;
        return `${where} ${message.replaceAll(path, '~')}${hint === undefined ? '' : ` | ${hint}`}`;
      });
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
