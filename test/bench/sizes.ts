/** How large the benchmarks are: `--rows=`, and `--full` for the sizes that take an hour. */

/** The number given as `--name=`. */
export function numberOf(name: string, otherwise: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
  const number = given === undefined ? otherwise : Number(given.replaceAll('_', ''));
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name}=${given} is no whole number`);
  return number;
}

export const FULL = process.argv.includes('--full');

/** Rows a side of a large pair. */
export const ROWS = numberOf('rows', FULL ? 20_000_000 : 5_000_000);

/** Rows a side of the largest pair; only `--full` measures it. */
export const LARGEST_ROWS = FULL ? numberOf('largest', 100_000_000) : null;

/** Rows a side of the pairs that show how cost grows. */
export const CURVE: readonly number[] = curve();

function curve(): number[] {
  const most = LARGEST_ROWS ?? Math.max(numberOf('rows', 20_000_000), 1_000_000);
  const sizes = [1_000_000, 5_000_000, 20_000_000, 100_000_000].filter((size) => size <= most);
  return [...new Set([...sizes, ROWS])].sort((one, other) => one - other);
}

/** `5 M`. */
export function millions(rows: number): string {
  return `${rows / 1e6} M`;
}
