import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HEALTHY_VIEW } from '../healthy.ts';
import { NOON, type Serving, startServing } from './serving.ts';

let serving: Serving;
const reports = (...parts: readonly string[]): string => join(serving.store, 'reports', ...parts);

beforeAll(async () => {
  serving = await startServing();
  await mkdir(reports('2026-11-20T11'));
  await writeFile(reports('index.html'), '<h1>index</h1>');
  await utimes(reports('index.html'), NOON, NOON); // an older one is written anew
  await writeFile(reports('2026-11-20T11', 'index.html'), '<h1>slot</h1>');
  await writeFile(reports('2026-11-20T11', 'report.json'), '{}');
  await writeFile(reports('2026-11-20T11', 'report.md'), '# slot');
  await writeFile(reports('2026-11-20T11', 'a b%2F"ü.html'), 'odd');
  await writeFile(reports('2026-11-20T11', 'empty.txt'), '');
  await writeFile(reports('.tmp-1-0123456789ab-1'), 'half');
  await mkdir(reports('.hidden'));
  await writeFile(reports('.hidden', 'index.html'), 'hidden');
  await writeFile(join(serving.store, 'token.key'), 'secret');
  await symlink(join(serving.store, 'token.key'), reports('key.html'));
  await symlink(serving.store, reports('out'));
  await symlink(reports('.hidden'), reports('shown'));
  await symlink(reports('2026-11-20T11'), reports('newest'));
});
afterAll(() => serving.close());

describe('reports', () => {
  test('are served with their types, and the pages may load and run nothing', async () => {
    for (const [path, type] of [
      ['/reports/index.html', 'text/html; charset=utf-8'],
      ['/reports/2026-11-20T11/', 'text/html; charset=utf-8'],
      ['/reports/2026-11-20T11/report.json', 'application/json'],
      ['/reports/2026-11-20T11/report.md', 'text/markdown; charset=utf-8'],
      ['/reports/2026-11-20T11/empty.txt', 'text/plain; charset=utf-8'],
      ['/reports/2026-11-20T11/a%20b%252F%22%C3%BC.html', 'text/html; charset=utf-8'],
      ['/reports/newest/report.json', 'application/json'],
    ] as const) {
      const { status, headers } = await serving.ask('GET', path);
      expect({ path, status, type: headers['content-type'] }).toEqual({ path, status: 200, type });
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('script-src');
    }
    expect((await serving.ask('GET', '/reports/2026-11-20T11/')).text).toBe('<h1>slot</h1>');
  });

  test('are found from the root, and a folder is sent on to its page', async () => {
    for (const [path, location] of [
      ['/', '/reports/index.html'],
      ['/reports', '/reports/index.html'],
      ['/reports/2026-11-20T11', '/reports/2026-11-20T11/'],
    ]) {
      const { status, headers } = await serving.ask('GET', path as string);
      expect({ path, status, location: headers.location }).toEqual({ path, status: 302, location });
    }
  });

  test('can be asked for without their text', async () => {
    const { status, headers, text } = await serving.ask('HEAD', '/reports/index.html');
    expect({ status, length: headers['content-length'], text }).toEqual({ status: 200, length: '14', text: '' });
  });

  test.each([
    '/reports/../token.key',
    '/reports/..%2ftoken.key',
    '/reports/%2e%2e/token.key',
    '/reports/%2e%2e%2ftoken.key',
    '/reports/2026-11-20T11/../../token.key',
    '/reports//token.key',
    '/reports/..%5ctoken.key',
    '/reports/%00',
    '/reports/index.html%00.json',
    '/reports/%ff',
    '/reports/key.html',
    '/reports/out/token.key',
    '/reports/out/',
    '/reports/shown/index.html',
    '/reports/.tmp-1-0123456789ab-1',
    '/reports/.hidden/index.html',
    '/reports/index.html/',
    '/reports/index.html/more',
    '/reports/missing.html',
    `/reports/${'x'.repeat(5000)}`,
  ])('show nothing but themselves: %s', async (path) => {
    const { status, text } = await serving.ask('GET', path);
    expect(status).toBe(404);
    expect(text).not.toMatch(/secret|hidden<|half|at file/);
    expect(Object.keys(JSON.parse(text) as object)).toEqual(expect.arrayContaining(['code', 'subject', 'message']));
  });
});

describe('the host that is asked for', () => {
  test.each([
    'localhost',
    'localhost:8464',
    '127.0.0.1:1',
    '[::1]:99',
    'reports.example.com',
    'Reports.Example.COM:80',
  ])('%s is served', async (host) => {
    expect((await serving.ask('GET', '/healthz', { host })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    'example.com',
    '127.0.0.1.evil.example:8464',
    '[::2]',
    '10.0.0.7:8464',
  ])('%s is refused, at every address', async (host) => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/reports/index.html', '/', '/nothing']) {
      const { status, text } = await serving.ask('GET', path, { host });
      expect(status).toBe(421);
      expect(JSON.parse(text)).toMatchObject({ code: 'host_not_served' });
    }
    expect((await serving.ask('POST', '/landings', { host }, '{}')).status).toBe(421);
  });
});

test.each([
  ['POST', '/healthz', 'GET, HEAD'],
  ['DELETE', '/reports/index.html', 'GET, HEAD'],
  ['PUT', '/readyz', 'GET, HEAD'],
  ['POST', '/', 'GET, HEAD'],
  ['OPTIONS', '/metrics', 'GET, HEAD'],
  ['GET', '/landings', 'POST'],
  ['PUT', '/landings', 'POST'],
  ['OPTIONS', '/landings', 'POST'],
])('%s %s is refused, with what may be asked', async (method, path, allow) => {
  const { status, headers, text } = await serving.ask(method, path);
  expect({ status, allow: headers.allow }).toEqual({ status: 405, allow });
  expect(JSON.parse(text)).toMatchObject({ code: 'method_not_allowed' });
  expect(headers['access-control-allow-origin']).toBe(undefined);
});

test('what is not there is told with what is', async () => {
  const { status, text } = await serving.ask('GET', '/admin');
  expect(status).toBe(404);
  expect(JSON.parse(text)).toMatchObject({ code: 'not_found', hint: expect.stringContaining('/readyz') });
});

describe('health', () => {
  test('is alive whatever is wrong', async () => {
    expect(JSON.parse((await serving.ask('GET', '/healthz')).text)).toEqual({ alive: true });
  });

  test('is ready where nothing is wrong, and says in words what is', async () => {
    serving.view = HEALTHY_VIEW;
    const well = await serving.ask('GET', '/readyz');
    expect(well.status).toBe(200);
    expect(JSON.parse(well.text)).toMatchObject({ ready: true, problems: [], alarms: [] });
    serving.view = { ...HEALTHY_VIEW, is_stopping: true };
    const ill = await serving.ask('GET', '/readyz');
    expect(ill.status).toBe(503);
    expect(JSON.parse(ill.text)).toMatchObject({
      ready: false,
      problems: [{ code: 'stopping', message: 'the service was told to end' }],
    });
  });

  test('gives its metrics as Prometheus reads them', async () => {
    serving.view = HEALTHY_VIEW;
    const { status, headers, text } = await serving.ask('GET', '/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text).toContain('shadowcheck_comparisons_total{outcome="mismatch"} 7\n');
  });
});

test('our own fault is answered without where it is', async () => {
  serving.view = null as unknown as Serving['view'];
  const { status, text } = await serving.ask('GET', '/readyz');
  expect(status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({ code: 'internal_error' });
  expect(text).not.toMatch(/TypeError|\.ts|null/);
});
