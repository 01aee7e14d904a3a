/** `shadowcheck serve` as a process of its own, over a copy of the sample's warehouse. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { packageRoot } from '../../src/sql/query-file.ts';

/** Finds and analyses by itself, every second or two; each process gets a port of its own. */
export async function writeServeConfig(folder: string, more = ''): Promise<string> {
  const path = join(folder, 'serve.yaml');
  await writeFile(
    path,
    `version: 1
include: [./jobs.yaml]
store: ./store
sources:
  warehouse: { kind: folder, root: ./warehouse, landed: { marker: _SUCCESS } }
  announced: { kind: folder, root: ./warehouse, landed: told }
mismatch_logs: [./store/logs/mismatch]
known_issues: [./known-issues.yaml]
schedules: { compare: every 1s, analyze: every 2s, catch_up: all }
service: { listen: "127.0.0.1:0" }
${more}`,
  );
  return path;
}

export interface ServeProcess {
  readonly child: ChildProcess;
  readonly address: string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  /** Everything on stderr so far. */
  log(): string;
}

/** Resolves once it listens. */
export async function startServe(config: string, env: Readonly<Record<string, string>> = {}): Promise<ServeProcess> {
  const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'shadowcheck.js'), 'serve', '--config', config], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
  const address = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${log}`);
      return /"address":"([^"]+)"/.exec(log)?.[1] ?? null;
    },
    () => `it never listened: ${log}`,
  );
  return { child, address, ended, log: () => log };
}

/** The samples of `/metrics` by name and labels. */
export async function metricsOf({ address }: ServeProcess): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

const WAIT_MS = 45_000;

/** Asks ten times a second; what is still null after 45 s fails with these words. */
export async function until<T>(ask: () => T | null | Promise<T | null>, otherwise: () => string): Promise<T> {
  for (const start = performance.now(); performance.now() - start < WAIT_MS; await wait(100)) {
    const found = await ask();
    if (found !== null) return found;
  }
  throw new Error(otherwise());
}
