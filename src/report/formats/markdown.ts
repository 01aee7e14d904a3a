import type { ReportFormat } from '../format.ts';
import { markdownOfPair } from '../markdown-pair.ts';
import { markdownOfSlot } from '../markdown-slot.ts';

export const markdownFormat: ReportFormat = {
  id: 'md',
  extension: 'md',
  title: 'Markdown for a comment or ticket',
  pair: markdownOfPair,
  slot: markdownOfSlot,
};
