/**
 * Signatures: what makes two findings the same bug across jobs and partitions. Three levels, each the id of a canonical
 * value: the shape (what happens), the site (in what code path, as far as types tell it), local (in which builds).
 *
 * Tables, columns, days, counts and values are left out on purpose: they belong to the occurrence. Roles, not sides,
 * stand here, so that a bug keeps its signature when the two systems trade places.
 */
import type { Signature } from '../core/finding.ts';
import { idOf, type Json } from '../core/identity.ts';
import type { Params, Roles } from './detector.ts';

export const SIGNATURE_VERSION = 1;

export interface SignedCause {
  readonly cause: string;
  readonly row_kind: 'changed' | 'only_in_candidate' | 'only_in_reference' | 'schema';
  /** Canonical, as the detector gives them. */
  readonly params: Params;
}

export interface Site {
  readonly types: Roles<string | null> | null;
  readonly trigger: string;
}

export function signatureOf(
  cause: SignedCause,
  site: Site,
  builds: Roles<string | null>,
  runnersUp: readonly (SignedCause & { readonly trigger: string })[],
): Signature {
  const siteParts = siteOf(cause, site);
  const isBuildKnown = builds.reference !== null || builds.candidate !== null;
  const alternatives = runnersUp
    .slice(0, 4)
    .flatMap((other) => [
      idOf('site', ...siteOf(other, { types: site.types, trigger: other.trigger })),
      idOf('shape', ...shapeOf(other)),
    ]);
  return {
    version: SIGNATURE_VERSION,
    shape: idOf('shape', ...shapeOf(cause)),
    site: idOf('site', ...siteParts),
    local: isBuildKnown ? idOf('local', ...siteParts, builds.reference, builds.candidate) : null,
    alternatives: [...new Set(alternatives)],
  };
}

function shapeOf({ cause, row_kind, params }: SignedCause): readonly Json[] {
  return [SIGNATURE_VERSION, row_kind, cause, params];
}

/**
 * `nullable` is null: whether a column may hold NULL is declared nowhere that is read here, and told from the data it
 * would differ from day to day and split one bug in two. `path_dim` stays 'none' until rows know their write path.
 */
function siteOf(cause: SignedCause, { types, trigger }: Site): readonly Json[] {
  const pair = types === null ? null : [typeClass(types.reference), typeClass(types.candidate)];
  return [...shapeOf(cause), { type_pair: pair, nullable: null, path_dim: 'none', trigger_kind: trigger }];
}

/** Types that spell out names or labels of the data are told by their kind only. */
export function typeClass(type: string | null): string | null {
  if (type === null) return null;
  if (/\[\d*\]$/.test(type)) return 'LIST';
  return /^(ENUM|STRUCT|MAP|UNION)\b/.exec(type)?.[1] ?? type;
}
