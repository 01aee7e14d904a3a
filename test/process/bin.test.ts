import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../house/source-files.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowcheck-bin-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the bin in a Node that says it is of this version. */
async function runAs(version: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const preload = join(folder, `node-${version}.cjs`);
  await writeFile(
    preload,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
  );
  return new Promise((resolve) => {
    const args = ['--require', preload, join(ROOT, 'bin/shadowcheck.js'), '--version'];
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('the bin', () => {
  test.each(['16.20.2', '20.20.2', '22.17.9'])('tells Node %s what is needed, as a usage error', async (version) => {
    const { code, stdout, stderr } = await runAs(version);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`needs Node.js 22.18 or newer; this is ${version}`);
  });

  test.each(['22.18.0', '24.0.0', '100.1.0'])('runs on Node %s', async (version) => {
    expect(await runAs(version)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
