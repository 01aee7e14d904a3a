/** Claims segments of our own logs until there is nothing left, and answers with the ids of the rows that it got. */
import { openCatalog } from '../../../src/store/catalog.ts';

const [path = ''] = process.argv.slice(2);
process.once('message', () => {
  const catalog = openCatalog(path);
  const ids: string[] = [];
  for (;;) {
    const segment = catalog.claimOwnSegment(1, 17);
    if (segment === null) break;
    ids.push(...segment.comparisons.map(({ comparison_id }) => comparison_id), ...segment.landings.map(({ id }) => id));
    catalog.markSegmentPublished(segment.id);
  }
  catalog.close();
  process.send?.(ids, () => process.disconnect());
});
process.send?.('ready');
