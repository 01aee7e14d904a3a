/**
 * From row differences to findings: whole rows first (duplicates, extra, missing), then the schema, then each column
 * that differs. Everything reads from the reference to the candidate.
 */
import type { Finding } from '../core/finding.ts';
import { otherSide, SIDES } from '../core/side.ts';
import type { DiffTables } from '../diff/tables.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { populationToLookAt } from './cell-sample.ts';
import { type ColumnCauses, columnCauses } from './column-causes.ts';
import { columnCells } from './column-cells.ts';
import type { Detector, Roles, SchemaEvidence } from './detector.ts';
import type { DiagnoseInput } from './diagnose-input.ts';
import { detectors as registered } from './registry.ts';
import { rowCauses } from './row-causes.ts';
import { schemaCauses } from './schema-causes.ts';

export type { DiagnoseInput, SideColumnRef } from './diagnose-input.ts';

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Differing rows that are not covered wholly by `explained` findings: one open cell leaves its row open. */
  readonly unexplained_rows: bigint;
  /** Of these changed rows the cause of the first finding that covers one of its cells, by the pair's number as text. */
  readonly causesOf: (pairs: readonly bigint[]) => Promise<Map<string, string>>;
}

/**
 * Names the causes of all differences, with counts over every row. Cells that nothing explains come as findings of
 * cause and certainty `unknown`. Needs the tables that `diff` left in the engine's session. Throws what the engine throws.
 */
export async function diagnose(input: DiagnoseInput, detectors: readonly Detector[] = registered): Promise<Diagnosis> {
  const { tables, difference, engine } = input;
  const reference = input.reference_side;
  const builds: Roles<string | null> = {
    reference: input.builds[reference],
    candidate: input.builds[otherSide(reference)],
  };
  const rowFindings =
    tables === null || difference === null
      ? []
      : await rowCauses(
          {
            engine,
            tables,
            rows: difference.rows,
            reference_side: reference,
            builds,
            example_limit: input.example_limit,
          },
          detectors.filter((detector) => detector.kind === 'row'),
        );
  const columns = tables === null ? [] : await diagnoseColumns(input, tables, builds, detectors);
  const schemaFindings = await schemaCauses(
    input,
    retypedAndOpen(columns),
    builds,
    detectors.filter((detector) => detector.kind === 'column'),
  );
  const openRows = await countOpenRows(input, columns);
  const openOneSided = rowFindings
    .filter(({ certainty }) => certainty !== 'explained')
    .reduce((sum, { counts }) => sum + counts.explained, 0n);
  return {
    findings: [
      ...rowFindings,
      ...schemaFindings,
      ...columns.flatMap(({ findings }) => findings.map(({ finding }) => finding)),
    ],
    unexplained_rows: openRows + openOneSided,
    causesOf: (pairs) => causesOf(input, columns, pairs),
  };
}

async function diagnoseColumns(
  input: DiagnoseInput,
  tables: DiffTables,
  builds: Roles<string | null>,
  detectors: readonly Detector[],
): Promise<readonly ColumnCauses[]> {
  const { difference, reference_side } = input;
  const cellDetectors = detectors.filter((detector) => detector.kind === 'cell');
  const differing = (difference?.columns ?? []).flatMap((columnDifference) => {
    const index = tables.columns.findIndex(({ name }) => name === columnDifference.column);
    const column = tables.columns[index];
    if (column === undefined || columnDifference.differing_rows === 0n) return [];
    return [
      { cells: columnCells(column, index, columnDifference, reference_side), rows: columnDifference.differing_rows },
    ];
  });
  const population = tables.population[reference_side];
  const population_rows = tables.population_rows[reference_side];
  const ranked_on = await populationToLookAt(
    input.engine,
    population,
    population_rows,
    differing.map(({ cells }) => cells),
  );
  const alone = difference?.rows[`only_in_${reference_side}`] ?? 0n;
  const reference_rows = tables.paired_rows + alone;
  const equal_weight = equalWeight((difference?.rows.changed ?? 0n) + alone, population_rows, reference_rows);
  const causes: ColumnCauses[] = [];
  for (const { cells, rows } of differing) {
    causes.push(
      await columnCauses(
        {
          engine: input.engine,
          tables,
          cells,
          differing: rows,
          population,
          population_rows,
          reference_rows,
          ranked_on,
          equal_weight,
          is_profiled_in_part: SIDES.some(
            (side) => tables.profiled_rows[side] < (difference?.rows_compared[side] ?? 0n),
          ),
          builds,
          example_limit: input.example_limit,
        },
        cellDetectors,
      ),
    );
  }
  return causes;
}

/** How many of all rows that do not differ one of the population stands for: every row that differs is in it, of the others some. */
function equalWeight(differing: bigint, populationRows: bigint, referenceRows: bigint): number {
  const sampled = populationRows - differing;
  const all = referenceRows - differing;
  return sampled <= 0n || all <= sampled ? 1 : Number(all) / Number(sampled);
}

/** Columns of two types whose differing cells have no explanation: there the types themselves are the best lead. */
function retypedAndOpen(columns: readonly ColumnCauses[]): SchemaEvidence['retyped'] {
  return columns
    .filter(({ cells, residual }) => residual > 0n && cells.facts.types.reference !== cells.facts.types.candidate)
    .map(({ cells, residual }) => {
      const { column, roles, facts } = cells;
      const names = { production: column.name, shadow: column.shadow_name };
      return {
        names: { reference: names[roles.reference], candidate: names[roles.candidate] },
        types: facts.types,
        differing: residual,
      };
    });
}

async function countOpenRows(input: DiagnoseInput, columns: readonly ColumnCauses[]): Promise<bigint> {
  const changed = input.difference?.rows.changed ?? 0n;
  const isCoveredWholly = ({ findings }: ColumnCauses): boolean =>
    findings.every(({ finding }) => finding.certainty === 'explained');
  const open = columns.filter((column) => !isCoveredWholly(column));
  if (changed === 0n || open.length === 0) return 0n;
  const uncovered = open.map(({ cells, findings }) => {
    const explained = findings.filter(({ finding }) => finding.certainty === 'explained').map(({ covers }) => covers);
    return explained.length === 0 ? cells.differs : sql`(${cells.differs} AND NOT (${join(explained, ' OR ')}))`;
  });
  const { rows } = await input.engine.run(query('diagnose/covered', { uncovered: join(uncovered, ' OR ') }));
  return BigInt(String(rows[0]?.[0] ?? 0));
}

async function causesOf(
  { engine }: DiagnoseInput,
  columns: readonly ColumnCauses[],
  pairs: readonly bigint[],
): Promise<Map<string, string>> {
  const covering = columns.flatMap(({ findings }) => findings).filter(({ finding }) => finding.certainty !== 'unknown');
  const causes = new Map<string, string>();
  if (covering.length === 0 || pairs.length === 0) return causes;
  const hits: readonly Sql[] = covering.map(({ covers }, i) => sql`${covers} AS ${ident(`hit${i}`)}`);
  const { rows } = await engine.run(
    query('diagnose/causes', { hits: join(hits), pairs: join(pairs.map((pair) => integer(pair))) }),
  );
  for (const [pair, ...flags] of rows) {
    const found = covering.find((_, i) => flags[i] === true);
    if (found !== undefined) causes.set(String(pair), found.finding.cause);
  }
  return causes;
}
