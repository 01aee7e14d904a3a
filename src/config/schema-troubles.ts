/** What zod found wrong in a YAML file, in sentences that a person can act on, each with its line and column. */
import { z } from 'zod';
import type { Trouble } from '../core/operating-error.ts';
import { suggestionFor } from './did-you-mean.ts';
import type { Place, YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** The file's content in the schema's output form, or null; and every trouble, in the order of the file's places. */
export function validate<S extends z.ZodType>(
  file: YamlFile,
  schema: S,
): { readonly value: z.output<S> | null; readonly troubles: readonly Trouble[] } {
  const result = schema.safeParse(file.content);
  if (result.success) return { value: result.data, troubles: file.troubles };
  const told = new Set<string>();
  const troubles = [...file.troubles];
  for (const issue of withoutEchoes(result.error.issues)) {
    for (const trouble of troublesOf(issue, [], file, schema)) {
      const identity = JSON.stringify(trouble);
      if (!told.has(identity)) troubles.push(trouble);
      told.add(identity);
    }
  }
  return { value: null, troubles };
}

function troublesOf(issue: Issue, above: Place, file: YamlFile, schema: z.ZodType): Trouble[] {
  const place: Place = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const given = valueAt(file.content, place);
  const where = printPlace(place);
  const say = (message: string, hint?: string) =>
    file.trouble(place, where === '' ? message : `${where}: ${message}`, hint);
  const missing = (hint?: string) => file.trouble(place, `${where} is missing`, hint);
  if (issue.code === 'unrecognized_keys') {
    const possible = namesAt(schema, place).filter((name) => !isRecord(given) || !Object.hasOwn(given, name));
    return issue.keys.map((key) => {
      const inside = where === '' ? '' : ` in ${where}`;
      const message = `unknown key ${JSON.stringify(key)}${inside}`;
      return file.trouble([...place, key], message, suggestionFor(key, possible), 'name');
    });
  }
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors) ?? choiceBranch(issue.errors, given);
    if (branch !== null) return withoutEchoes(branch).flatMap((inner) => troublesOf(inner, place, file, schema));
    if (given === undefined) return [missing()];
    return [say(`${ownMessage(issue) ?? 'not one of the forms that are possible here'}, got ${describe(given)}`)];
  }
  if (given === undefined && place.length > 0) return [missing(ownMessage(issue) ?? undefined)];
  if (issue.code === 'invalid_key') return [say(issue.issues[0]?.message ?? issue.message)];
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map((choice) => String(choice));
    const expected = choices.length === 1 ? JSON.stringify(issue.values[0]) : `one of ${choices.join(', ')}`;
    const message = ownMessage(issue) ?? `expected ${expected}`;
    return [
      say(`${message}, got ${describe(given)}`, choices.length > 1 ? suggestionFor(String(given), choices) : undefined),
    ];
  }
  if (issue.code === 'invalid_type') {
    const message = ownMessage(issue) ?? `expected ${TYPE_NAMES.get(issue.expected) ?? issue.expected}`;
    const single = issue.expected === 'array' && (typeof given === 'string' || typeof given === 'number');
    return [say(`${message}, got ${describe(given)}`, single ? `write [${given}]` : undefined)];
  }
  const got = isRecord(given) || Array.isArray(given) ? '' : `, got ${describe(given)}`;
  return [say(`${issue.message}${got}`)];
}

/** Without the sentence about a whole that only repeats what is told of its parts. */
function withoutEchoes(issues: readonly Issue[]): readonly Issue[] {
  const above = new Set<string>();
  for (const { code, path } of issues) {
    if (code === 'custom') continue;
    for (let depth = 0; depth <= path.length; depth += 1) above.add(pathText(path.slice(0, depth)));
  }
  return issues.filter((issue) => issue.code !== 'custom' || !above.has(pathText(issue.path)));
}

function pathText(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

/**
 * Of the forms that were possible, the one that the writer had in mind: the one that got furthest into the value. Null
 * where every form fails on the value itself.
 */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const depth = (issues: readonly Issue[]): number =>
    Math.max(
      ...issues.map((issue) => {
        const inside = issue.code === 'invalid_union' ? Math.max(0, ...issue.errors.map(depth)) : 0;
        const aboutContent = issue.code === 'unrecognized_keys' || issue.code === 'custom' ? 0.5 : 0;
        return issue.path.length + inside + aboutContent;
      }),
    );
  let nearest: readonly Issue[] | null = null;
  let furthest = 0;
  for (const branch of branches) {
    const here = depth(branch);
    if (here > furthest) {
      nearest = branch;
      furthest = here;
    }
  }
  return nearest;
}

/** For a text that is none of the words that could stand there. */
function choiceBranch(branches: readonly (readonly Issue[])[], given: unknown): readonly Issue[] | null {
  if (typeof given !== 'string') return null;
  return branches.find(([first]) => first?.code === 'invalid_value' && first.path.length === 0) ?? null;
}

/** The sentence that a schema gave itself; null where zod speaks. */
function ownMessage(issue: Issue): string | null {
  return /^(Invalid|Too|Unrecognized)\b/.test(issue.message) ? null : issue.message;
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['object', 'a mapping'],
  ['record', 'a mapping'],
  ['array', 'a list'],
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
]);

function describe(given: unknown): string {
  if (given === null || given === undefined) return 'nothing';
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object') return 'a mapping';
  const shown = JSON.stringify(given) ?? String(given);
  return shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
}

/** `ingestion_jobs.orders.key[0]`; a name with anything unusual in it is quoted. */
export function printPlace(place: Place): string {
  return place
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      const shown = /^[\w-]+$/.test(step) ? step : JSON.stringify(step);
      return i === 0 ? shown : `.${shown}`;
    })
    .join('');
}

function valueAt(content: unknown, place: Place): unknown {
  let value = content;
  for (const step of place) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isRecord(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Made once: it takes milliseconds, and every unknown key of a file asks for it. */
const jsonSchemas = new WeakMap<z.ZodType, unknown>();

/** The names that a mapping at this place may hold, read from the schema's JSON form, which is plain data. */
function namesAt(schema: z.ZodType, place: Place): string[] {
  const whole = jsonSchemas.get(schema) ?? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  jsonSchemas.set(schema, whole);
  let here: JsonSchema[] = forms(whole as JsonSchema);
  for (const step of place) {
    here = here.flatMap((form) => {
      if (typeof step === 'number') return form.items === undefined ? [] : forms(form.items);
      const named =
        form.properties !== undefined && Object.hasOwn(form.properties, step) ? form.properties[step] : undefined;
      const inside = named ?? form.additionalProperties;
      return typeof inside === 'object' ? forms(inside) : [];
    });
  }
  return [...new Set(here.flatMap((form) => Object.keys(form.properties ?? {})))];
}

function forms(schema: JsonSchema): JsonSchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(forms)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What is well written of a mapping, so that it can be looked at further: the entries that break the schema are left out
 * and named. Null where what remains is not whole without them.
 */
export function wellWritten<S extends z.ZodType>(
  schema: S,
  given: unknown,
): { readonly value: z.output<S>; readonly without: ReadonlySet<string> } | null {
  const whole = schema.safeParse(given);
  if (whole.success) return { value: whole.data, without: new Set() };
  if (!isRecord(given)) return null;
  const without = new Set(
    whole.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [String(issue.path[0])],
    ),
  );
  const rest = schema.safeParse(Object.fromEntries(Object.entries(given).filter(([name]) => !without.has(name))));
  return rest.success ? { value: rest.data, without } : null;
}
