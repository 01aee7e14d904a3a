import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Copy,
  DockerfileParser,
  type From,
  type Healthcheck,
  type Instruction,
  type JSONInstruction,
} from 'dockerfile-ast';
import { describe, expect, test } from 'vitest';
import { ROOT, textOf } from '../house/source-files.ts';
import { refusalOf } from './command-line.ts';

const text = textOf('deploy/Dockerfile');
const file = DockerfileParser.parse(text);
const instructions = file.getInstructions();

function all(keyword: string): readonly Instruction[] {
  return instructions.filter((instruction) => instruction.getKeyword() === keyword);
}

/** Of the stage that becomes the image. */
function last(keyword: string): Instruction {
  const found = instructions
    .slice(instructions.indexOf(all('FROM').at(-1) as Instruction))
    .filter((one) => one.getKeyword() === keyword);
  expect(found, `${keyword} in the last stage`).toHaveLength(1);
  return found[0] as Instruction;
}

function words(instruction: Instruction): readonly string[] {
  const json = (instruction as JSONInstruction).getJSONStrings();
  expect(
    json.length,
    `${instruction.getKeyword()} in its JSON form, so that signals reach the process`,
  ).toBeGreaterThan(0);
  return json.map((part) => part.getJSONValue());
}

describe('deploy/Dockerfile', () => {
  test('holds known instructions only, and nothing that could not be parsed', () => {
    const known = [
      'FROM',
      'WORKDIR',
      'COPY',
      'RUN',
      'ENV',
      'USER',
      'VOLUME',
      'EXPOSE',
      'STOPSIGNAL',
      'HEALTHCHECK',
      'ENTRYPOINT',
      'CMD',
    ];
    expect(instructions.map((one) => one.getKeyword()).filter((keyword) => !known.includes(keyword))).toEqual([]);
  });

  test('builds on the official image of one major version, the same in every stage', () => {
    const images = all('FROM').map((from) => (from as From).getImage());
    expect(new Set(images)).toEqual(new Set(['node:24-bookworm-slim']));
    expect(images.length).toBe(2);
  });

  test('fetches nothing by itself: no ADD, no URL, no curl', () => {
    expect(all('ADD')).toEqual([]);
    for (const run of all('RUN')) expect(run.getArgumentsContent()).not.toMatch(/\b(curl|wget|apt-get|apk)\b|https?:/);
  });

  test('runs no script of a package', () => {
    const npm = all('RUN').flatMap((run) => (run.getArgumentsContent() ?? '').match(/npm [^&|;]+/g) ?? []);
    expect(npm.length).toBe(2);
    for (const line of npm) expect(line).toContain('--ignore-scripts');
  });

  test('copies what is there, by name, and nothing of a developer', () => {
    const copies = all('COPY').map((copy) => copy as Copy);
    const fromHere = copies.filter((copy) => copy.getFlags().every((flag) => flag.getName() !== 'from'));
    const sources = fromHere.flatMap((copy) =>
      copy
        .getArguments()
        .slice(0, -1)
        .map((argument) => argument.getValue()),
    );
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(sources).not.toContain('.');
    const allowed = textOf('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect([...new Set(sources)].sort()).toEqual(allowed.sort());
    expect(textOf('deploy/Dockerfile.dockerignore').split('\n')).toContain('*');
  });

  test('holds no secret', () => {
    expect(all('ARG')).toEqual([]);
    expect(all('ENV').map((env) => env.getArgumentsContent())).toEqual(['NODE_ENV=production']);
    expect(text).not.toMatch(/password|secret|token|_key/i);
  });

  test('runs as a user by number that is not root, which owns nothing but its volume', () => {
    expect(last('USER').getArgumentsContent()).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const [, uid, gid] = /^(\d+):(\d+)$/.exec(last('USER').getArgumentsContent() ?? '') ?? [];
    expect(text).toContain(`install -d -o ${uid} -g ${gid} -m 0750 /var/lib/shadowcheck`);
    expect(last('VOLUME').getArgumentsContent()).toBe('/var/lib/shadowcheck');
    expect(text).not.toContain('--chown');
  });

  test('asks a route that is there for its health', () => {
    const [command] = (last('HEALTHCHECK') as Healthcheck).getArguments().slice(-1);
    expect(text).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", /m);
    expect(command).not.toBe(undefined);
    expect(text).toContain("'http://127.0.0.1:8464/healthz'");
    expect(textOf('src/service/http/app.ts')).toContain("app.get('/healthz'");
    expect(last('EXPOSE').getArgumentsContent()).toBe('8464');
  });

  test('starts a command line that the CLI takes', async () => {
    const [program, ...argv] = [...words(last('ENTRYPOINT')), ...words(last('CMD'))];
    expect(program).toBe('shadowcheck');
    expect(text).toContain('ln -s /app/bin/shadowcheck.js /usr/local/bin/shadowcheck');
    expect(await refusalOf(argv)).toBe(null);
    expect(last('STOPSIGNAL').getArgumentsContent()).toBe('SIGTERM');
  });
});

test('a command line that the CLI does not take is noticed', async () => {
  expect(await refusalOf(['serve', '--confg', 'x'])).toContain('--confg');
  expect(await refusalOf(['server'])).toContain('server');
  expect(await refusalOf(['gate'])).toContain('--policy');
});
