/** Known issues from YAML: a list of entries, or `{ version: 1, known_issues: [...] }`. */
import { z } from 'zod';
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import type { KnownIssue } from '../diagnose/known-issue.ts';
import { suggestionFor } from './did-you-mean.ts';
import { isoDate, name, share, text, webLink } from './scalars.ts';
import { printPlace, validate } from './schema-troubles.ts';
import { inOrder, type Place, readYamlFile, type YamlFile } from './yaml-file.ts';

const matchSchema = z.strictObject({
  cause: text,
  params: z.record(z.string(), z.json()).default({}),
  type_pair: text.optional(),
});

const entrySchema = z.strictObject({
  id: name,
  title: text,
  match: z.strictObject({
    any_of: z.union([matchSchema, z.array(matchSchema)]).optional(),
    signatures: z.array(text).optional(),
  }),
  only: z.strictObject({ job: text.optional(), column: text.optional() }).optional(),
  action: z.enum(['block', 'hold', 'accept', 'ignore']),
  accept_until: isoDate.optional(),
  cap: z.strictObject({ rows: z.int().min(0, 'expected 0 or more').optional(), share: share.optional() }).optional(),
  owner: text.optional(),
  link: webLink.optional(),
  fixed_build: text.optional(),
});

const listSchema = z.array(entrySchema);
/** Exported for the reference pages. */
export const knownIssuesFileSchema = z.strictObject({ version: z.literal(1), known_issues: listSchema });

type Entry = z.output<typeof entrySchema>;

/** The cause of a finding that no detector explains: a cause as well, though it is in no registry. */
export const UNEXPLAINED = 'unknown';

/**
 * The entries of all files, in order. Throws one `OperatingError` with exit code 2 that holds all problems of all files:
 * also an `accept` without end, cap or owner, an `ignore` without owner or link, a cause that no finding can have, and an
 * id that stands twice.
 */
export async function loadKnownIssues(paths: readonly string[]): Promise<readonly KnownIssue[]> {
  const issues: KnownIssue[] = [];
  const troubles: Trouble[] = [];
  const ids = new Map<string, Trouble>();
  for (const path of paths) {
    let file: YamlFile;
    try {
      file = await readYamlFile(path, 'known_issues');
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      troubles.push(...error.troubles);
      continue;
    }
    // A file of comments only, or of an emptied list, knows of nothing.
    if (file.content === null) continue;
    const inList = Array.isArray(file.content);
    const whole = inList ? validate(file, listSchema) : validate(file, knownIssuesFileSchema);
    troubles.push(...whole.troubles);
    troubles.push(...(await causeTroubles(file, causesIn(file))));
    for (const { place, given } of entriesIn(file)) {
      const entry = entrySchema.safeParse(given);
      if (!entry.success) continue;
      const issue = readEntry(entry.data);
      troubles.push(...checkEntry(issue, place, file));
      const before = ids.get(issue.id);
      const here = file.trouble(
        [...place, 'id'],
        `${printPlace([...place, 'id'])}: ${JSON.stringify(issue.id)} is an id twice`,
      );
      if (before === undefined) ids.set(issue.id, here);
      else troubles.push({ ...here, hint: `the first is at ${before.place} of ${before.subject}` });
      issues.push(issue);
    }
  }
  if (troubles.length > 0) throw new OperatingError(EXIT_CODES.usage, inOrder(troubles));
  return issues;
}

function readEntry(entry: Entry): KnownIssue {
  return {
    id: entry.id,
    title: entry.title,
    match: {
      any_of: [entry.match.any_of ?? []].flat().map((match) => ({
        cause: match.cause,
        params: match.params,
        type_pair: match.type_pair ?? null,
      })),
      signatures: entry.match.signatures ?? [],
    },
    only: entry.only === undefined ? null : { job: entry.only.job ?? null, column: entry.only.column ?? null },
    action: entry.action,
    accept_until: entry.accept_until ?? null,
    cap: entry.cap === undefined ? null : { rows: entry.cap.rows ?? null, share: entry.cap.share ?? null },
    owner: entry.owner ?? null,
    link: entry.link ?? null,
    fixed_build: entry.fixed_build ?? null,
  };
}

function checkEntry(issue: KnownIssue, place: Place, file: YamlFile): Trouble[] {
  const troubles: Trouble[] = [];
  const tell = (inside: Place, message: string, hint?: string): void => {
    const at = [...place, ...inside];
    troubles.push(file.trouble(at, `${printPlace(at)}: ${message}`, hint));
  };
  if (issue.match.any_of.length + issue.match.signatures.length === 0) {
    tell(['match'], 'matches nothing', 'name a cause below `any_of`, or `signatures`');
  }
  if (issue.cap !== null && issue.cap.rows === null && issue.cap.share === null) {
    tell(['cap'], 'expected rows, share or both');
  }
  if (issue.action === 'accept') {
    const why = 'what is accepted needs an end, a cap and somebody who owns it';
    if (issue.accept_until === null) tell(['action'], 'accept without accept_until', why);
    if (issue.cap === null) tell(['action'], 'accept without cap', why);
    if (issue.owner === null) tell(['action'], 'accept without owner', why);
  }
  if (issue.action === 'ignore') {
    const why =
      'what is ignored is only kept off the list of new issues, and needs owner and link; no gate passes by it';
    if (issue.owner === null) tell(['action'], 'ignore without owner', why);
    if (issue.link === null) tell(['action'], 'ignore without link', why);
  }
  return troubles;
}

interface Written {
  readonly place: Place;
  readonly given: unknown;
}

function entriesIn({ content }: YamlFile): readonly Written[] {
  if (Array.isArray(content)) return content.map((given, i) => ({ place: [i], given }));
  const inside = inOf(content, 'known_issues');
  return Array.isArray(inside) ? inside.map((given, i) => ({ place: ['known_issues', i], given })) : [];
}

/** Of every entry, in whatever state the rest of it is. */
function causesIn(file: YamlFile): readonly Written[] {
  return entriesIn(file).flatMap(({ place, given }) => {
    const at = [...place, 'match', 'any_of'];
    const rules = inOf(inOf(given, 'match'), 'any_of');
    if (!Array.isArray(rules)) return [{ place: [...at, 'cause'], given: inOf(rules, 'cause') }];
    return rules.map((rule, i) => ({ place: [...at, i, 'cause'], given: inOf(rule, 'cause') }));
  });
}

function inOf(given: unknown, name: string): unknown {
  return typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>)[name] : undefined;
}

/**
 * A trouble for each cause that no finding can have: one that is misspelt would match nothing for ever, without a word.
 * `unknown` is left to the caller; what is no text or an empty one is the schema's.
 */
export async function causeTroubles(file: YamlFile, causes: readonly Written[]): Promise<Trouble[]> {
  const named = causes.flatMap(({ place, given }) =>
    typeof given === 'string' && given !== '' && given !== UNEXPLAINED ? [{ place, given }] : [],
  );
  if (named.length === 0) return [];
  // Only now: every command reads a config, and the detectors take 9 ms to load, 24 ms from their sources.
  const { detectors } = await import('../diagnose/registry.ts');
  const ids = detectors.map(({ id }) => id);
  return named
    .filter(({ given }) => !ids.includes(given))
    .map(({ place, given }) =>
      file.trouble(
        place,
        `${printPlace(place)}: there is no cause ${JSON.stringify(given)}`,
        suggestionFor(given, ids),
      ),
    );
}
