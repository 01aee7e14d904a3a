/** Numbers as people read them; grouped by hand, because locale functions give other bytes on other machines. */

/** `1,204,331` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 row`, `812 rows` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `100 %` only if it is all and `0 %` only if it is nothing: `99.9 %`, `< 0.1 %`. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  if (part === whole) return '100 %';
  const tenths = Math.floor((part / whole) * 1000);
  if (tenths < 1) return '< 0.1 %';
  return `${Math.floor(tenths / 10)}${tenths % 10 === 0 ? '' : `.${tenths % 10}`} %`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `812 bytes`, `1.2 MB`, decimal units */
export function byteSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  if (unit === 0) return counted(bytes, 'byte');
  return `${size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** `1.9 s`, `41 ms` */
export function duration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

/** `p < 1e-300`, `p = 0.003` */
export function probability(p: number): string {
  if (p < 1e-300) return 'p < 1e-300';
  return `p = ${p >= 0.001 ? Number(p.toPrecision(2)) : p.toExponential(0)}`;
}

/** `a, b and c`; beyond `most` the rest is counted. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
