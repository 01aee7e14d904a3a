/** What a policy names, in a config and among the partitions that are there. */
import type { Config, IngestionJob } from '../config/config.ts';
import { suggestionFor } from '../config/did-you-mean.ts';
import { inOrder } from '../config/yaml-file.ts';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { type PartitionKey, printPartitionKey, timeRangeOf } from '../core/partition-key.ts';
import type { GatePolicy, JobSelector, PartitionSelector } from './policy.ts';
import type { Mention } from './policy-mentions.ts';

const CALLED: Readonly<Record<Mention['of'], string>> = {
  names: 'named',
  tags: 'with the tag',
  category: 'of the category',
  priority: 'of the priority',
};

/**
 * The jobs in the config's order. Throws one `OperatingError` with exit code 2 for every name, tag, category and priority
 * that no job has: a gate that silently looks at less is a gate that passes for nothing.
 */
export function selectJobs(policy: GatePolicy, config: Config): readonly IngestionJob[] {
  const jobs = [...config.jobs.values()];
  const troubles: Trouble[] = [];
  const tell = (place: string, message: string, hint?: string): void => {
    troubles.push({ code: 'policy_invalid', subject: policy.path, place, message, hint });
  };
  const present: Readonly<Record<Mention['of'], ReadonlySet<string | number>>> = {
    names: new Set(jobs.map((job) => job.name)),
    tags: new Set(jobs.flatMap((job) => job.tags)),
    category: new Set(jobs.flatMap((job) => job.category ?? [])),
    priority: new Set(jobs.flatMap((job) => job.priority ?? [])),
  };
  for (const { of, value, place } of policy.mentions) {
    if (present[of].has(value)) continue;
    const hint = suggestionFor(String(value), [...present[of]].map(String));
    tell(place, `there is no job ${CALLED[of]} ${JSON.stringify(value)}`, hint);
  }
  const selected = jobs.filter((job) => policy.jobs?.some((selector) => selects(selector, job)) ?? true);
  if (selected.length === 0 && troubles.length === 0)
    tell('jobs', 'no job meets these conditions', 'a gate needs something to look at');
  if (troubles.length > 0) throw new OperatingError(EXIT_CODES.usage, inOrder(troubles));
  return selected;
}

function selects(selector: JobSelector, job: IngestionJob): boolean {
  return (
    (selector.names?.includes(job.name) ?? true) &&
    (selector.tags?.some((tag) => job.tags.includes(tag)) ?? true) &&
    (selector.category === null || (job.category !== null && selector.category.includes(job.category))) &&
    (selector.priority === null || (job.priority !== null && selector.priority.includes(job.priority)))
  );
}

/**
 * Of the partitions of one job that are there on either side, those that the policy names, oldest first; and the keys that
 * it lists and that are not there, which are evidence that is missing, not a smaller task. In a range a partition counts
 * if any of its time lies in it; one whose key tells no time is never left out of a range.
 */
export function selectPartitions(
  selector: PartitionSelector,
  keys: readonly PartitionKey[],
): { readonly selected: readonly PartitionKey[]; readonly missing: readonly string[] } {
  const byKey = new Map(keys.map((key) => [printPartitionKey(key), key]));
  const ordered = [...byKey].toSorted(([a, one], [b, other]) => startOf(one) - startOf(other) || (a < b ? -1 : 1));
  switch (selector.kind) {
    case 'all':
      return { selected: ordered.map(([, key]) => key), missing: [] };
    case 'last':
      return { selected: ordered.slice(-selector.count).map(([, key]) => key), missing: [] };
    case 'list':
      return {
        selected: ordered.filter(([text]) => selector.keys.includes(text)).map(([, key]) => key),
        missing: selector.keys.filter((text) => !byKey.has(text)),
      };
    case 'range':
      return {
        selected: ordered.filter(([, key]) => isInRange(key, selector.start, selector.end)).map(([, key]) => key),
        missing: [],
      };
  }
}

function startOf(key: PartitionKey): number {
  return timeRangeOf(key)?.start.getTime() ?? 0;
}

function isInRange(key: PartitionKey, start: Date | null, end: Date | null): boolean {
  const time = timeRangeOf(key);
  if (time === null) return true;
  return (start === null || time.end > start) && (end === null || time.start < end);
}
