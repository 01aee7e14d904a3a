/** Cells that speak against a cause: at risk, and equal. */
import type { FindingExample } from '../core/finding.ts';
import type { DiffTables } from '../diff/tables.ts';
import type { Engine } from '../engine/engine.ts';
import { query } from '../sql/query-file.ts';
import { ident, integer, join, type Sql, sql } from '../sql/sql.ts';
import { type Candidate, type ColumnCells, isAtRisk, predictedForm } from './column-cells.ts';
import { exampleOf, shownCell, tellingColumns, typeOf } from './finding-examples.ts';

const SHOWN = 3;
/** A population up to which all of it is looked through at once. */
const SEARCHED_WHOLE = 100_000n;
/** Rows of the first file that are looked through before all are counted: most causes that fail somewhere fail there. */
const FIRST_ROWS = 65_536n;
const BLOCK_ROWS = 4_096n;

/** Neighbouring rows of one file. */
interface Block {
  readonly file: bigint;
  readonly first: bigint;
  readonly rows: bigint;
}

/** The first few of all. Both sides hold the reference's value. */
export async function counterExamples(
  engine: Engine,
  tables: DiffTables,
  cells: ColumnCells,
  population: Sql,
  candidate: Candidate,
): Promise<readonly FindingExample[]> {
  const search = { engine, tables, cells, population, candidate };
  if (tables.population_rows[cells.roles.reference] <= SEARCHED_WHOLE) return examplesIn(search, null, SHOWN);
  const early = await examplesIn(search, { file: 0n, first: 0n, rows: FIRST_ROWS }, SHOWN);
  if (early.length === SHOWN) return early;
  const examples: FindingExample[] = [];
  for (const block of await blocksWithSome(search)) {
    if (examples.length < SHOWN) examples.push(...(await examplesIn(search, block, SHOWN - examples.length)));
  }
  return examples;
}

interface Search {
  readonly engine: Engine;
  readonly tables: DiffTables;
  readonly cells: ColumnCells;
  readonly population: Sql;
  readonly candidate: Candidate;
}

/** The first blocks that hold any, at most as many as examples are shown. */
async function blocksWithSome({ engine, cells, population, candidate }: Search): Promise<readonly Block[]> {
  const atRisk = (value: Sql): Sql => {
    const form = cells.form.reference(value);
    return isAtRisk(predictedForm(candidate, cells, { reference: value, reference_form: form }), form, cells);
  };
  const { rows } = await engine.run(
    query(
      'diagnose/counter-blocks',
      {
        population,
        ...partnersOf(cells),
        block_rows: integer(BLOCK_ROWS),
        at_risk: atRisk(sql`r.${cells.value}`),
        changed_at_risk: atRisk(sql`c.${cells.changed.reference}`),
        partnerless_at_risk: atRisk(sql`o.${cells.value}`),
      },
      { limit: BigInt(SHOWN) },
    ),
  );
  return rows.map(([file, block]) => ({
    file: BigInt(String(file)),
    first: BigInt(String(block)) * BLOCK_ROWS,
    rows: BLOCK_ROWS,
  }));
}

/** Null: in all of the population. */
async function examplesIn(
  { engine, tables, cells, population, candidate }: Search,
  block: Block | null,
  limit: number,
): Promise<readonly FindingExample[]> {
  const telling = tellingColumns(tables);
  const value = sql`r.${cells.value}`;
  const form = cells.form.reference(value);
  const predicted = predictedForm(candidate, cells, { reference: value, reference_form: form });
  const { reference } = cells.roles;
  const type = typeOf(tables, cells.index, reference);
  const shown = [
    ...telling.map((i) => ({ expression: sql`r.${ident(`v${i}`)}`, type: typeOf(tables, i, reference) })),
    { expression: value, type },
    { expression: value, type },
    { expression: predicted, type: 'VARCHAR' },
  ];
  const partners = partnersOf(cells);
  const { rows } = await engine.run(
    query(
      'diagnose/counter-cells',
      {
        cells: join(shown.map(shownCell)),
        population,
        ...partners,
        at_risk: isAtRisk(predicted, form, cells),
        here: isIn(block, sql`r."file"`, sql`r."row"`),
        partnerless_here: isIn(block, sql`o."file"`, sql`o."row"`),
        partner_here: isIn(block, partners.partner_file, partners.partner_row),
      },
      { limit: BigInt(limit) },
    ),
  );
  return rows.map((row) => exampleOf(tables, telling, cells.column.name, row));
}

type PartnerSlot = 'partnerless' | 'differs' | 'partner_file' | 'partner_row';

/** Where rows of the reference stand that are no counter-examples. */
function partnersOf({ roles: { reference }, differs }: ColumnCells): Record<PartnerSlot, Sql> {
  return {
    partnerless: ident(`only_in_${reference}`),
    differs: sql`c.${differs}`,
    partner_file: sql`c.${ident(`${reference}_file`)}`,
    partner_row: sql`c.${ident(`${reference}_row`)}`,
  };
}

function isIn(block: Block | null, file: Sql, row: Sql): Sql {
  if (block === null) return sql`true`;
  const { first, rows } = block;
  return sql`(${file} = ${integer(block.file)} AND ${row} >= ${integer(first)} AND ${row} < ${integer(first + rows)})`;
}
