/** Publishes files 0 … n-1 in a folder, each with our own name as content; answers how often it was first. */
import { join } from 'node:path';
import { nodeFiles } from '../../../src/store/files.ts';

const [folder = '', count = '0', own = ''] = process.argv.slice(2);
process.once('message', async () => {
  let published = 0;
  for (let i = 0; i < Number(count); i++) {
    const outcome = await nodeFiles.publish(join(folder, 'deep', `${i}.txt`), new TextEncoder().encode(own));
    if (outcome === 'published') published++;
  }
  process.send?.(published, () => process.disconnect());
});
process.send?.('ready');
