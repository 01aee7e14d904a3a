/** `--format` and `--output`: which report formats are written where. */
import { join } from 'node:path';
import { OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import type { ReportFormat } from '../report/format.ts';
import { reportFormats } from '../report/registry.ts';
import type { FilePort } from '../store/files.ts';

/** The formats with these ids. Throws OperatingError for others, naming those that there are. */
export function formatsOf(ids: readonly string[]): readonly ReportFormat[] {
  return ids.map((id) => {
    const format = reportFormats.find((known) => known.id === id);
    if (format !== undefined) return format;
    throw new OperatingError(EXIT_CODES.usage, {
      code: 'unknown_format',
      subject: `--format ${id}`,
      message: 'no such report format',
      hint: `one of ${reportFormats.map((known) => known.id).join(', ')}`,
    });
  });
}

/** Writes `<name>.<extension>` for every format; returns the paths. */
export async function writeFormats(
  folder: string,
  name: string,
  formats: readonly ReportFormat[],
  write: (format: ReportFormat) => string,
  files: FilePort,
): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const format of formats) {
    const path = join(folder, `${name}.${format.extension}`);
    await files.replace(path, Buffer.from(write(format)));
    paths.push(path);
  }
  return paths;
}
