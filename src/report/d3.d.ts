/** The parts of d3 that the charts use; the packages bring no types. */
declare module 'd3-scale' {
  interface LinearScale {
    (value: number): number;
    domain(domain: readonly [number, number]): LinearScale;
    rangeRound(range: readonly [number, number]): LinearScale;
    clamp(isClamped: boolean): LinearScale;
  }
  export function scaleLinear(): LinearScale;
}

declare module 'd3-array' {
  export function group<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]>;
  export function max<T>(items: Iterable<T>, value: (item: T) => number): number | undefined;
  export function sum<T>(items: Iterable<T>, value: (item: T) => number): number;
}
