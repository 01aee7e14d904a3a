/** From the command line of `diff` to what is to be analysed. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { AnalysisRequest } from '../analyze/request.ts';
import { PLAIN_SPEC, type Spec } from '../core/spec.ts';
import {
  Problems,
  parseBytes,
  parseExpressions,
  parseNormalise,
  parseShare,
  parseTime,
  parseTolerances,
  parseWhole,
  type RuleColumns,
  requireNames,
} from './options.ts';
import type { Terminal } from './terminal.ts';

export interface DiffOptions {
  /** False for `--no-key`; commander has one name for both. */
  readonly key?: readonly string[] | false;
  readonly columns?: readonly string[];
  readonly ignore?: readonly string[];
  readonly where?: string;
  readonly whereProduction?: string;
  readonly whereShadow?: string;
  readonly absTol?: readonly string[];
  readonly relTol?: readonly string[];
  readonly timeTol?: readonly string[];
  readonly trim?: RuleColumns;
  readonly ignoreCase?: RuleColumns;
  readonly unicode?: RuleColumns;
  readonly jsonCanonical?: RuleColumns;
  readonly unorderedLists?: RuleColumns;
  readonly numberText?: RuleColumns;
  readonly expression?: readonly string[];
  readonly expressionProduction?: readonly string[];
  readonly expressionShadow?: readonly string[];
  readonly checksum?: string;
  readonly explain?: true;
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
  parseTime('--timeout', options.timeout, problems);
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
  const renamed = (options.rename ?? []).flatMap((text) => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return [{ production: text.slice(0, at), shadow: text.slice(at + 1) }];
    problems.add(`--rename ${text}`, 'is no pair of names', 'production_name=shadow_name');
    return [];
  });
  if (options.key !== false) requireNames('--key', options.key, problems);
  requireNames('--columns', options.columns, problems);
  requireNames('--ignore', options.ignore, problems);
  const checksum = options.checksum ?? 'fast';
  if (checksum !== 'fast' && checksum !== 'strong')
    problems.add(`--checksum ${checksum}`, 'is no checksum', 'fast or strong');
  return {
    ...PLAIN_SPEC,
    key: options.key === false ? [] : (options.key ?? []),
    infer_key: options.key === undefined,
    columns: options.columns ?? null,
    ignore: options.ignore ?? [],
    renamed,
    tolerance: parseTolerances(
      { abs: options.absTol ?? [], rel: options.relTol ?? [], time: options.timeTol ?? [] },
      problems,
    ),
    normalise: parseNormalise(
      {
        trim: options.trim,
        ignore_case: options.ignoreCase,
        unicode: options.unicode,
        json_canonical: options.jsonCanonical,
        unordered_lists: options.unorderedLists,
        number_text: options.numberText,
      },
      problems,
    ),
    expressions: parseExpressions(
      {
        both: options.expression ?? [],
        production: options.expressionProduction ?? [],
        shadow: options.expressionShadow ?? [],
      },
      problems,
    ),
    where: {
      production: options.whereProduction ?? options.where ?? null,
      shadow: options.whereShadow ?? options.where ?? null,
    },
    sample: parseShare(options.sample, problems),
    checksum: checksum === 'strong' ? 'strong' : 'fast',
  };
}
