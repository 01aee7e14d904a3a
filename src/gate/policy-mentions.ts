/** What a policy says of jobs, word by word and with its place: a name that no job has must be told where it stands. */
import type { YamlFile } from '../config/yaml-file.ts';

const JOB_FACTS = ['names', 'tags', 'category', 'priority'] as const;

export interface Mention {
  /** What of a job: `names` also for the job of a waiver. */
  readonly of: (typeof JOB_FACTS)[number];
  readonly value: string | number;
  /** Line and column. */
  readonly place: string;
}

type Place = readonly (string | number)[];
type Written = Readonly<Record<string, unknown>>;

/** Reads the file as it is written, because its parsed form has lost the places. Expects a valid policy. */
export function mentionsIn(file: YamlFile): readonly Mention[] {
  const { jobs, waivers } = file.content as { readonly jobs?: unknown; readonly waivers?: readonly Written[] };
  const at = (place: Place): string => file.trouble(place, '').place ?? '';
  const mention = (of: Mention['of'], place: Place, given: unknown): Mention[] =>
    listed(given, place).map(([value, here]) => ({ of, value: value as Mention['value'], place: at(here) }));
  const selectors = listed(jobs, ['jobs']).flatMap(([selector, place]) =>
    typeof selector === 'string'
      ? mention('names', place, selector)
      : JOB_FACTS.flatMap((fact) => mention(fact, [...place, fact], (selector as Written)[fact])),
  );
  return [...selectors, ...(waivers ?? []).flatMap((waiver, i) => mention('names', ['waivers', i, 'job'], waiver.job))];
}

/** One value, or each of a list, with its place. */
function listed(given: unknown, place: Place): readonly (readonly [unknown, Place])[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given.map((one, i) => [one, [...place, i]] as const) : [[given, place]];
}
