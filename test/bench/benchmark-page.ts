/** docs/benchmarks.md, written by the run that measured it. */
import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { SHADOWCHECK_VERSION } from '../../src/core/version.ts';
import { openDuckdb } from '../../src/engine/duckdb.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { curve, nanosecondsPerRow } from './diff-curve.ts';
import { milliseconds, THREADS } from './diff-works.ts';
import type { Measured } from './main.ts';
import { FULL, millions } from './sizes.ts';

const PAGE = join('docs', 'benchmarks.md');

/** Writes the page from the lines of what is compared and those of everything else; returns its path in the project. */
export async function writeBenchmarkPage(compared: readonly Measured[], others: readonly Measured[]): Promise<string> {
  const engine = await openDuckdb({ files: [], spill: null, threads: 1, memory_bytes: null });
  const { version } = engine;
  await engine.close();
  const sections = [
    `# Benchmarks

Written by \`npm run bench${FULL ? ' -- --full' : ''}\` on ${new Date().toISOString().slice(0, 10)}. ${machine()}; shadowcheck ${SHADOWCHECK_VERSION}, ${version}, Node ${process.versions.node}.

The data is made by a seeded generator: a table like TPC-H's lineitem, 16 columns, one Parquet file (zstd) a side. The two
sides hold their rows in different orders. Every \`diff\` runs in a process of its own with ${THREADS} threads: all of it, from
looking for the files to the printed report. The floor is one scan of both sides, \`sum(hash(all columns))\`, with the same
threads in a process of the same kind. They run in turns; ratios are the median of the rounds, memory is the peak of
resident memory of the worst. Times drift on a shared machine, and only ratios taken in one run mean something. What \`diff\`
finds is held against what the generator did: a wrong answer holds to nothing.`,
    `## Comparing\n\n${tableOf(compared)}`,
    ...notesOf(compared),
    ...curveSection(),
    ...(others.length === 0 ? [] : [`## The rest\n\n${tableOf(others)}`]),
  ];
  await writeFile(join(packageRoot(), PAGE), `${sections.join('\n\n')}\n`);
  return PAGE;
}

function machine(): string {
  const [cpu] = cpus();
  const model = cpu?.model.trim() || 'unknown processor';
  return `${cpus().length} cores (${model}), ${Math.round(totalmem() / 1e9)} GB of memory, ${platform()} ${arch()}`;
}

function tableOf(lines: readonly Measured[]): string {
  const rows = lines.map(({ work, ours, figure, allowed, memory, allowed_memory, holds }) => {
    const cells = [
      work,
      ours ?? '',
      figure,
      allowed,
      memory ?? '',
      allowed_memory ?? '',
      holds ? 'holds' : '**does not hold**',
    ];
    return `| ${cells.map((cell) => cell || '–').join(' | ')} |`;
  });
  return `| work | ours | against | allowed | memory | allowed | |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
${rows.join('\n')}`;
}

function notesOf(lines: readonly Measured[]): readonly string[] {
  const notes = lines.flatMap(({ work, note }) => (note === undefined || note === '' ? [] : [`- ${work}: ${note}`]));
  return notes.length === 0 ? [] : [`Where the time went:\n\n${notes.join('\n')}`];
}

function curveSection(): readonly string[] {
  if (curve.length === 0) return [];
  const rows = curve.map((point) => {
    const cells = (['match', 'mismatch'] as const).flatMap((work) => [
      milliseconds(point[work].ours_ms),
      `${nanosecondsPerRow(point, work).toFixed(0)} ns`,
      `${point[work].ratio.toFixed(2)} ×`,
    ]);
    return `| ${[millions(point.rows), ...cells].join(' | ')} |`;
  });
  return [
    `## How cost grows

The mismatch is one of 0.01 % of the rows.

| rows a side | match | a row | floor | mismatch | a row | floor |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}`,
  ];
}
