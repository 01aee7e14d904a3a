import type { ReportFormat } from '../format.ts';
import { textOfPair } from '../text-pair.ts';
import { textOfSlot } from '../text-slot.ts';

export const textFormat: ReportFormat = {
  id: 'text',
  extension: 'txt',
  title: 'Text for a terminal',
  pair: textOfPair,
  slot: textOfSlot,
};
