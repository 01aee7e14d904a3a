/** What is wrong with an expression in a column's place: which column, on which side, and what there is instead. */
import type { FailedExpression } from '../compare/mapped-columns.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import type { Side } from '../core/side.ts';
import type { SideColumn } from '../partition/side-table.ts';
import { userSqlTrouble } from './user-sql.ts';

const COLUMNS_SHOWN = 20;

/** Null where the engine did not fail on what the user wrote. */
export function expressionTroubles(failed: FailedExpression): readonly Trouble[] | null {
  const { error, column, side, text, columns } = failed;
  const told = error instanceof OperatingError ? error : userSqlTrouble(error, { code: 'expression_failed', text });
  if (told === null) return null;
  const shown = text.length > 80 ? `${text.slice(0, 77)}…` : text;
  return told.troubles.map((trouble) => ({
    ...trouble,
    subject: `column ${JSON.stringify(column)} on ${side}`,
    place: `expression \`${shown}\`${trouble.place === undefined ? '' : `, ${trouble.place}`}`,
    hint: trouble.hint ?? hintFor(trouble.message, side, columns),
  }));
}

function hintFor(message: string, side: Side, columns: readonly SideColumn[]): string {
  const list = columns.slice(0, COLUMNS_SHOWN).map(({ name, type }) => `${name} (${type})`);
  const there = `he columns of ${side} are ${list.join(', ')}${columns.length > COLUMNS_SHOWN ? ', …' : ''}`;
  const missing = /^Referenced column "(.+?)" not found/.exec(message)?.[1];
  const names = columns.map(({ name }) => name);
  const meant = missing === undefined ? null : didYouMean(missing, names);
  return meant === null ? `t${there}` : `did you mean ${JSON.stringify(meant)}? T${there}`;
}
