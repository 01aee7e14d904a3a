/** From the command line of `diff` to what is to be analysed. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { AnalysisRequest } from '../analyze/request.ts';
import { PLAIN_SPEC, type Spec } from '../core/spec.ts';
import {
  Problems,
  parseBytes,
  parseDuration,
  parseNormalise,
  parseShare,
  parseTolerances,
  parseWhole,
} from './options.ts';
import type { Terminal } from './terminal.ts';

export interface DiffOptions {
  readonly key?: readonly string[];
  readonly columns?: readonly string[];
  readonly ignore?: readonly string[];
  readonly where?: string;
  readonly whereProduction?: string;
  readonly whereShadow?: string;
  readonly absTol?: readonly string[];
  readonly relTol?: readonly string[];
  readonly trim?: readonly (string | true)[];
  readonly ignoreCase?: readonly (string | true)[];
  readonly rename?: readonly string[];
  readonly sample?: string;
  readonly limit?: string;
  readonly reference?: string;
  readonly knownIssues?: readonly string[];
  readonly raw?: true;
  readonly byPartition?: true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly output?: string;
  readonly format?: readonly string[];
  readonly threads?: string;
  readonly timeout?: string;
  readonly memoryLimit?: string;
}

/** Throws `OperatingError` with every problem of the options at once, or for a location that is not there. */
export async function requestOf(
  production: string,
  shadow: string,
  options: DiffOptions,
  spill: string,
  terminal: Terminal,
): Promise<AnalysisRequest> {
  const problems = new Problems();
  const spec = specOf(options, problems);
  const limit = parseWhole('--limit', options.limit, 0, problems) ?? 20;
  const threads = parseWhole('--threads', options.threads, 1, problems) ?? availableParallelism();
  const memory = parseBytes('--memory-limit', options.memoryLimit, problems);
  parseDuration('--timeout', options.timeout, problems);
  const reference = options.reference ?? 'production';
  if (reference !== 'production' && reference !== 'shadow')
    problems.add(`--reference ${reference}`, 'is no side', 'production or shadow');
  problems.throwIfAny();
  const { requireLocation } = await import('../partition/files.ts');
  const locations = { production: resolve(terminal.cwd, production), shadow: resolve(terminal.cwd, shadow) };
  for (const location of Object.values(locations)) await requireLocation(location);
  const { loadKnownIssues } = await import('../config/known-issues.ts');
  const landing = (side: 'production' | 'shadow') =>
    ({ side, location: locations[side], system: null, build: null, landed: { marker: null }, format: null }) as const;
  return {
    comparison_id: null,
    job: null,
    owner: null,
    pairing: null,
    partition_key: null,
    landings: { production: landing('production'), shadow: landing('shadow') },
    unreadable: null,
    reference_side: reference === 'shadow' ? 'shadow' : 'production',
    spec,
    examples: limit,
    privacy: {
      mode: options.raw ? 'raw' : 'mask_sensitive',
      sensitive: [],
      token_key: randomBytes(32).toString('hex'),
    },
    known_issues: await loadKnownIssues((options.knownIssues ?? []).map((path) => resolve(terminal.cwd, path))),
    today: new Date().toISOString().slice(0, 10),
    threads,
    // The engine's own limit leaves room for what it does not count below the ceiling that the parent enforces.
    memory_bytes: memory === null ? null : BigInt(Math.round(memory * ENGINE_SHARE)),
    spill,
  };
}

const ENGINE_SHARE = 0.6;

function specOf(options: DiffOptions, problems: Problems): Spec {
  const tolerance = parseTolerances(options.absTol ?? [], options.relTol ?? [], problems);
  const key = options.key ?? [];
  if (tolerance.length > 0 && key.length === 0)
    problems.add('--abs-tol, --rel-tol', 'a tolerance needs a key', 'name the key with --key');
  const renamed = (options.rename ?? []).flatMap((text) => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return [{ production: text.slice(0, at), shadow: text.slice(at + 1) }];
    problems.add(`--rename ${text}`, 'is no pair of names', 'production_name=shadow_name');
    return [];
  });
  return {
    ...PLAIN_SPEC,
    key,
    columns: options.columns ?? null,
    ignore: options.ignore ?? [],
    renamed,
    tolerance,
    normalise: parseNormalise(options.trim ?? [], options.ignoreCase ?? []),
    where: {
      production: options.whereProduction ?? options.where ?? null,
      shadow: options.whereShadow ?? options.where ?? null,
    },
    sample: parseShare(options.sample, problems),
  };
}
