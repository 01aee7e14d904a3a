/** Parameters of a detector as they come back from a finding: JSON values whose type the detector knows. */
import type { Params } from './detector.ts';

export function numberParam(params: Params, name: string): number {
  const found = params[name];
  if (typeof found !== 'number') throw new TypeError(`parameter ${name} is no number`);
  return found;
}

export function textParam(params: Params, name: string): string {
  const found = params[name];
  if (typeof found !== 'string') throw new TypeError(`parameter ${name} is no text`);
  return found;
}
