import { expect, test } from 'vitest';
import { openConfigFolder } from './config-folder.ts';

test('2,000 twin tables take no more memory than leaves room for 20,000', async () => {
  const at = await openConfigFolder();
  try {
    const lines = ['job,key'];
    for (let i = 0; i < 2_000; i += 1) {
      await at.make(`w/production/table_${i}`, `w/shadow/table_${i}`);
      lines.push(`table_${i},id;ds`);
    }
    await at.write('keys.csv', lines.join('\n'));
    const text = `version: 1
sources: { w: { kind: folder, root: ./w, landed: { marker: _SUCCESS } } }
discover:
  - { source: w, production: "production/{job}", shadow: "shadow/{job}", key_from: keys.csv, partition: [ds] }
`;
    await at.load(text); // once for what is loaded and compiled only once
    const before = process.memoryUsage().heapUsed;
    const config = await at.load(text);
    const grown = process.memoryUsage().heapUsed - before;
    expect(config.jobs.size).toBe(2_000);
    // 20,000 may take 60 MB; twice that here, since nothing was swept up meanwhile.
    expect(grown).toBeLessThan(12e6);
  } finally {
    await at.remove();
  }
});
