/** The role of a table in a pairing. In reverse shadow the next system writes production, so a side is not a system. */
export type Side = 'production' | 'shadow';

export const SIDES: readonly Side[] = ['production', 'shadow'];

/** One value for each side. */
export interface Sided<T> {
  readonly production: T;
  readonly shadow: T;
}

export function otherSide(side: Side): Side {
  return side === 'production' ? 'shadow' : 'production';
}

export function mapSides<T, R>(sided: Sided<T>, map: (value: T, side: Side) => R): Sided<R> {
  return { production: map(sided.production, 'production'), shadow: map(sided.shadow, 'shadow') };
}

/** Production first, then shadow: one after the other, so that an error names the first side that failed, every time. */
export async function mapSidesInOrder<T, R>(
  sided: Sided<T>,
  map: (value: T, side: Side) => Promise<R>,
): Promise<Sided<R>> {
  const production = await map(sided.production, 'production');
  return { production, shadow: await map(sided.shadow, 'shadow') };
}
