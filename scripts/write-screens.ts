/** Screenshots of the demo's pages for the docs: `npm run screens`, after `npm run demo`. Needs a Chromium of the system. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../src/sql/query-file.ts';
import { openChromium, VIEWS } from '../test/browser/chromium.ts';

const reports = join(packageRoot(), 'sample-data', 'shadowcheck', 'reports');
const target = join(packageRoot(), 'docs', 'screens');
const SLOT = '2026-11-20T04';

/** The page of orders/ds=2026-11-17, which has two causes. */
async function pairPage(): Promise<string> {
  const folder = join(reports, SLOT);
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.html') || name === 'index.html') continue;
    if ((await readFile(join(folder, name), 'utf8')).includes('<h1>orders/ds=2026-11-17</h1>'))
      return join(folder, name);
  }
  throw new Error('run `npm run demo` first');
}

await mkdir(target, { recursive: true });
const pages = { index: join(reports, 'index.html'), run: join(reports, SLOT, 'index.html'), report: await pairPage() };
const browser = await openChromium();
for (const { name: view, width, height, colorScheme } of VIEWS) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  for (const [name, path] of Object.entries(pages)) {
    const page = await context.newPage();
    await page.goto(pathToFileURL(path).href);
    await page.screenshot({ path: join(target, `${name}-${view}.png`), fullPage: false });
    await page.close();
  }
  await context.close();
}
await browser.close();
console.log(`wrote ${Object.keys(pages).length * VIEWS.length} screenshots into docs/screens`);
