import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pairReportJsonSchema, referenceFiles } from '../../src/report/json-schema.ts';
import { packageRoot } from '../../src/sql/query-file.ts';

test.each(Object.entries(referenceFiles()))('%s is what the code says', async (path, text) => {
  expect(await readFile(join(packageRoot(), path), 'utf8')).toBe(text);
});

test('the schema names its draft, and allows further fields', () => {
  expect(JSON.stringify(pairReportJsonSchema())).not.toContain('"additionalProperties":false');
  expect(pairReportJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
  });
});
