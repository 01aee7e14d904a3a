/**
 * Main file of a worker process, by its name in this folder. A URL in a string is not rewritten when the sources are
 * built, so its ending follows ours.
 */
export function workerUrl(name: 'worker' | 'query-worker' | 'compare-worker'): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
