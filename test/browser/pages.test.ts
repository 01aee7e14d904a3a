/** The pages of the demo in a real browser: nothing calls out, nothing overflows, every link leads somewhere, the answer is on the first screen. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shadowcheck } from '../cli/captured-terminal.ts';
import { copySampleData } from '../demo/sample-copy.ts';
import { openChromium, VIEWS } from './chromium.ts';

let sample: Awaited<ReturnType<typeof copySampleData>>;
let browser: Browser;
let index: string;

beforeAll(async () => {
  sample = await copySampleData();
  expect((await shadowcheck(sample.folder, 'analyze', '--quiet')).code).toBe(0);
  index = pathToFileURL(join(sample.folder, 'shadowcheck', 'reports', 'index.html')).href;
  browser = await openChromium();
});
afterAll(async () => {
  await browser.close();
  await sample.remove();
});

/** Opens a page and notes everything that it asks for or complains about. */
async function open(url: string, view: (typeof VIEWS)[number]): Promise<{ page: Page; troubles: string[] }> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.colorScheme,
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url) troubles.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, troubles };
}

async function linksOf(page: Page): Promise<string[]> {
  return page.$$eval('a[href]', (links) => links.map((link) => (link as unknown as { href: string }).href));
}

describe.each(VIEWS)('$name', (view) => {
  test('index, run and comparison read well, fit the width, and ask for nothing', async () => {
    const seen = new Set<string>();
    let queue = [index];
    while (queue.length > 0 && seen.size < 40) {
      const next: string[] = [];
      for (const url of queue) {
        if (seen.has(url)) continue;
        seen.add(url);
        const { page, troubles } = await open(url, view);
        expect(troubles, url).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), url).toBeLessThanOrEqual(view.width);
        expect(await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')).toContain(
          "default-src 'none'",
        );
        const heading = await page.locator('h1').first().boundingBox();
        expect(heading?.y ?? Number.POSITIVE_INFINITY, url).toBeLessThan(view.height);
        for (const link of await linksOf(page)) {
          const target = link.split('#')[0] ?? '';
          if (!target.startsWith('file:')) continue;
          await access(fileURLToPath(target));
          next.push(target);
        }
        await page.context().close();
      }
      queue = next;
    }
    expect(seen.size).toBeGreaterThan(20);
  }, 120_000);
});

test('a comparison says in its first sentence what differs and why', async () => {
  const { page } = await open(index, VIEWS[0]);
  await page.getByRole('link', { name: /04:00/ }).first().click();
  await page.getByRole('link', { name: 'orders/ds=2026-11-19' }).first().click();
  const text = await page.locator('main').textContent();
  expect(text).toContain('359 of 360 rows differ, all in fx_rate: numbers rounded to 4 decimals.');
  await page.context().close();
});
