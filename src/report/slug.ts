import { idOf } from '../core/identity.ts';

const LENGTH_MAX = 100;

/** A file name, without ending, for a partition key or any other text; two texts never share one. */
export function slugOf(text: string): string {
  const kept = text
    .replace(/[^\w=+.-]+/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, LENGTH_MAX);
  return kept === text && kept !== '' ? text : `${kept}-${idOf('slug', text).slice(0, 8)}`;
}
