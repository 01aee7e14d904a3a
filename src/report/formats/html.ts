import type { ReportFormat } from '../format.ts';
import { renderPairPage } from '../pair-page.ts';
import { renderSlotPage } from '../slot-page.ts';

export const htmlFormat: ReportFormat = {
  id: 'html',
  extension: 'html',
  title: 'Self-contained HTML page',
  pair: renderPairPage,
  slot: renderSlotPage,
};
