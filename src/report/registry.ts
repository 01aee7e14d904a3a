// Written by scripts/write-registries.ts from the files beside it: run `npm run generate`, do not edit.
import type { ReportFormat } from './format.ts';
import { htmlFormat } from './formats/html.ts';
import { jsonFormat } from './formats/json.ts';
import { markdownFormat } from './formats/markdown.ts';
import { textFormat } from './formats/text.ts';

export const reportFormats: readonly ReportFormat[] = [htmlFormat, jsonFormat, markdownFormat, textFormat];
