import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseToldBody } from '../../../src/service/http/told-body.ts';
import { openCatalog } from '../../../src/store/catalog.ts';
import { type Serving, startServing } from './serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await startServing({ jobs: ['orders', 'constructor', 'clicks'] });
});
afterAll(() => serving.close());

const JSON_TYPE = { 'content-type': 'application/json' };

function landing(day: number, more: object = {}): object {
  return {
    job: 'orders',
    side: 'shadow',
    partition_key: `ds=2026-11-${String(day).padStart(2, '0')}`,
    landed_at: '2026-11-20T03:00:00Z',
    ...more,
  };
}

interface Kept {
  readonly landings: readonly { readonly id: string; readonly job: string; readonly is_new: boolean }[];
}

async function tell(body: unknown, headers: Readonly<Record<string, string>> = JSON_TYPE) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { status, text: answer } = await serving.ask('POST', '/landings', headers, text);
  return { status, body: JSON.parse(answer) as Kept & Record<string, unknown> };
}

function kept(): readonly { id: string; job: string; origin: string; told_at_ms: number }[] {
  const catalog = openCatalog(join(serving.store, 'catalog.db'));
  const tellings = catalog.openTellings(['orders', 'constructor', 'clicks']);
  catalog.close();
  return tellings.map(({ id, job, origin, told_at_ms }) => ({ id, job, origin, told_at_ms }));
}

describe('a landing that is told', () => {
  test('stands in the catalog before it is answered', async () => {
    const { status, body } = await tell(landing(1));
    expect(status).toBe(202);
    expect(body.landings).toMatchObject([{ job: 'orders', partition_key: 'ds=2026-11-01', is_new: true }]);
    const [first] = body.landings;
    expect(kept()).toContainEqual({
      id: first?.id,
      job: 'orders',
      origin: 'http',
      told_at_ms: Date.parse('2026-11-20T12:00:00Z'),
    });
  });

  test('twice is one, in whichever form and order of fields', async () => {
    const before = kept().length;
    const one = await tell(landing(2, { build: 2311, row_count: 10 }));
    const again = await tell([{ row_count: 10, build: '2311', ...landing(2) }]);
    const lines = await tell(`${JSON.stringify(landing(2, { build: '2311', row_count: 10, unknown_field: 1 }))}\n`, {
      'content-type': 'application/x-ndjson; charset=utf-8',
    });
    const twice = await tell([landing(3), landing(3)]);
    expect([one, again, lines].map(({ body }) => body.landings[0]?.is_new)).toEqual([true, false, false]);
    expect(new Set([one, again, lines].map(({ body }) => body.landings[0]?.id)).size).toBe(1);
    expect(new Set(twice.body.landings.map(({ id }) => id)).size).toBe(1);
    expect(kept().length).toBe(before + 2);
  });

  test('among others that are known says which one is new', async () => {
    await tell([landing(4), landing(6)]);
    const { body } = await tell([4, 5, 6].map((day) => landing(day)));
    expect(body.landings.map(({ is_new }) => is_new)).toEqual([false, true, false]);
  });

  test('of a job with an odd name is one of it', async () => {
    const { status, body } = await tell(
      '{"job":"constructor","side":"shadow","partition_key":"ds=1","landed_at":"2026-11-20T03:00:00Z"}',
    );
    expect(status).toBe(202);
    expect(body.landings[0]?.job).toBe('constructor');
  });
});

describe('what is refused', () => {
  test('is refused with every problem at once, and nothing of it is kept', async () => {
    const before = kept().length;
    const { status, body } = await tell([
      landing(7),
      landing(8, { landed_at: 'yesterday', row_count: -1 }),
      7,
      null,
      [],
      landing(9, { side: 'left' }),
    ]);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'landing_invalid',
      subject: 'POST /landings',
      message: '5 problems; nothing was kept',
    });
    const problems = body.problems as { place: string; message: string }[];
    expect(problems.map(({ place }) => place)).toEqual([2, 3, 4, 5, 6].map((i) => `landing ${i}`));
    expect(problems[0]?.message).toMatch(/landed_at.*row_count/);
    expect(kept().length).toBe(before);
  });

  test('is a job that the config does not know, with the one that was meant', async () => {
    const before = kept().length;
    const { status, body } = await tell([landing(10), landing(10, { job: 'ordres' })]);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'job_unknown', place: 'landing 2', hint: expect.stringContaining('"orders"') });
    expect(kept().length).toBe(before);
  });

  test.each([
    ['a table', { table: 'elsewhere/orders', side: undefined }],
    ['a pairing', { pairing: 'release' }],
  ])('is %s that the job does not have: it would wait for ever', async (_, more) => {
    const before = kept().length;
    const { status, body } = await tell(landing(11, more));
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'table_unknown', hint: expect.stringContaining('migration: ') });
    expect(kept().length).toBe(before);
  });

  test.each([
    ['nothing', ''],
    ['an empty list', '[]'],
    ['no JSON', 'job=orders'],
    ['half a JSON', '{"job":"orders"'],
    ['a value that is none', '"orders"'],
  ])('is %s', async (_, text) => {
    const { status, body } = await tell(text);
    expect(status).toBe(400);
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['code', 'subject', 'message']));
  });

  test('is a line that is no JSON, by its number', async () => {
    const { status, body } = await tell(`${JSON.stringify(landing(11))}\n\n{"job":\n`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'body_invalid', place: 'line 3' });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx'])(
    'is the type %s, which a page on another site can send',
    async (type) => {
      expect((await tell(landing(12), { 'content-type': type })).status).toBe(415);
    },
  );

  test('is a body of more than a megabyte, with and without its length', async () => {
    const large = JSON.stringify([landing(13, { build: 'x'.repeat(1_000_000) })]);
    expect((await tell(large)).status).toBe(413);
    expect((await tell(large, { ...JSON_TYPE, 'transfer-encoding': 'chunked' })).status).toBe(413);
  });

  test('is told with a hundred problems at most', async () => {
    const { status, body } = await tell(`[${'0,'.repeat(300_000)}0]`);
    expect(status).toBe(400);
    expect(body.message).toBe('300001 problems, the first 100 of which are listed; nothing was kept');
    expect(body.problems).toHaveLength(100);
  });
});

test('a megabyte of landings is kept in one go, in well under a second', async () => {
  const many = Array.from({ length: 7000 }, (_, i) => landing(14, { partition_key: `ds=2026-11-14/part=${i}` }));
  const start = performance.now();
  const { status, body } = await tell(many);
  expect({ status, count: body.landings.length }).toEqual({ status: 202, count: 7000 });
  expect(performance.now() - start).toBeLessThan(5000);
});

const parsed = (text: string | readonly number[]) => parseToldBody(Buffer.from(text));

test('a body that is no UTF-8 is refused, not read as another name', () => {
  expect(parsed([0x22, 0xff, 0x22])).toMatchObject({ troubles: [{ message: 'is no UTF-8' }] });
});

test('a body is one object, a list, or lines, and their places are those of its writer', () => {
  expect(parsed('\n{"a":1}\n')).toEqual({ parts: [{ place: 'landing 1', value: { a: 1 } }] });
  expect(parsed('[1,2]')).toEqual({
    parts: [
      { place: 'landing 1', value: 1 },
      { place: 'landing 2', value: 2 },
    ],
  });
  expect(parsed('\n{"a":1}\r\n\n{"a":2}')).toEqual({
    parts: [
      { place: 'line 2', value: { a: 1 } },
      { place: 'line 4', value: { a: 2 } },
    ],
  });
});
