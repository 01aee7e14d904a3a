/** Compares two planted tables the slow, obvious way, for the counts of `expected.json`. */
import type { Job } from './build-jobs.ts';
import type { Row, Table } from './build-table.ts';

export interface ColumnCount {
  readonly column: string;
  readonly differing_rows: number;
  readonly agreed_rows: number;
}

export interface PairCounts {
  readonly rows: {
    readonly equal: number;
    readonly agreed: number;
    readonly changed: number;
    readonly only_in_production: number;
    readonly only_in_shadow: number;
  };
  /** Only columns in which something differs. */
  readonly columns: readonly ColumnCount[];
  readonly schema: { readonly only_in_production: readonly string[]; readonly only_in_shadow: readonly string[] };
}

type CellVerdict = 'equal' | 'agreed' | 'differing';

export function compareTables(production: Table, shadow: Table, job: Job): PairCounts {
  const productionNames = production.columns.map(({ name }) => name);
  const shadowNames = shadow.columns.map(({ name }) => name);
  const compared = productionNames.filter((name) => shadowNames.includes(name) && !job.ignore.includes(name));
  const rows = { equal: 0, agreed: 0, changed: 0, only_in_production: 0, only_in_shadow: 0 };
  const differing = new Map<string, number>();
  const agreed = new Map<string, number>();

  const key = job.key.length > 0 ? job.key : compared;
  const ofProduction = grouped(production, compared, key);
  const ofShadow = grouped(shadow, compared, key);
  for (const group of new Set([...ofProduction.keys(), ...ofShadow.keys()])) {
    const productionRows = [...(ofProduction.get(group) ?? [])];
    const shadowRows = [...(ofShadow.get(group) ?? [])];
    // Equal rows of one key cancel out first, so that a copy of a row is the row that is too many.
    for (const row of [...productionRows]) {
      const twin = shadowRows.findIndex((other) => row.every((cell, i) => cell === other[i]));
      if (twin < 0) continue;
      productionRows.splice(productionRows.indexOf(row), 1);
      shadowRows.splice(twin, 1);
      rows.equal++;
    }
    while (productionRows.length > 0 && shadowRows.length > 0) {
      const verdicts = verdictsOf(productionRows.shift()!, shadowRows.shift()!, compared, job);
      for (const [i, name] of compared.entries()) {
        if (verdicts[i] === 'differing') increase(differing, name);
        if (verdicts[i] === 'agreed') increase(agreed, name);
      }
      rows[verdicts.includes('differing') ? 'changed' : 'agreed']++;
    }
    rows.only_in_production += productionRows.length;
    rows.only_in_shadow += shadowRows.length;
  }

  return {
    rows,
    columns: compared
      .filter((name) => differing.has(name) || agreed.has(name))
      .map((column) => ({
        column,
        differing_rows: differing.get(column) ?? 0,
        agreed_rows: agreed.get(column) ?? 0,
      })),
    schema: {
      only_in_production: productionNames.filter((name) => !shadowNames.includes(name)),
      only_in_shadow: shadowNames.filter((name) => !productionNames.includes(name)),
    },
  };
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Rows cut down to the compared columns, by key. */
function grouped(table: Table, compared: readonly string[], key: readonly string[]): Map<string, Row[]> {
  const positions = compared.map((name) => table.columns.findIndex((column) => column.name === name));
  const keyPositions = key.map((name) => compared.indexOf(name));
  return Map.groupBy(
    table.rows.map((row) => positions.map((at) => row[at]!)),
    (row) => JSON.stringify(keyPositions.map((at) => row[at])),
  );
}

function verdictsOf(production: Row, shadow: Row, compared: readonly string[], job: Job): CellVerdict[] {
  return compared.map((name, i) => {
    const [cell, other] = [production[i]!, shadow[i]!];
    if (cell === other) return 'equal';
    const tolerance = job.tolerance.get(name);
    if (tolerance === undefined || cell === null || other === null) return 'differing';
    return Math.abs(Number(cell) - Number(other)) <= tolerance ? 'agreed' : 'differing';
  });
}
