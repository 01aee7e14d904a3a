/** Drafts a first config from what lies in two folders. */
import { access } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { combinations, keyCandidates, uniqueKeys } from '../compare/likely-key.ts';
import { messageOf, OperatingError } from '../core/operating-error.ts';
import { EXIT_CODES, Inconclusive } from '../core/outcome.ts';
import { type PartitionKey, printPartitionKey, timeRangeOf } from '../core/partition-key.ts';
import { mapSidesInOrder, type Side, type Sided } from '../core/side.ts';
import { EngineError, type OpenEngine } from '../engine/engine.ts';
import { type PinnedLanding, pinLanding } from '../partition/pin.ts';
import { openSide, readablePaths } from '../partition/side-table.ts';
import { listPartitions, type PartitionFolder } from '../partition/table.ts';
import { inTemporaryFolder } from '../store/temporary-folder.ts';
import { type DraftJob, draftText, scalar } from './draft-text.ts';
import { name as nameSchema } from './scalars.ts';
import { findTwinTables, tableName } from './twin-tables.ts';

const MARKER = '_SUCCESS';
/** The newest partition may be half-landed or broken; so many older ones are tried. */
const TRIES = 5;

/**
 * A config for the twin tables of two folders, to be written to `config_path`, which its paths are relative to; and what a
 * person should know about it. `loadConfig` accepts the text. A table that cannot be read gets a job without a key.
 *
 * Throws `OperatingError` with exit code 2 where the folders are one, or hold no tables of the same name.
 */
export async function draftConfig(
  production: string,
  shadow: string,
  config_path: string,
  openEngine: OpenEngine,
): Promise<{ readonly text: string; readonly notes: readonly string[] }> {
  const roots: Sided<string> = { production: resolve(production), shadow: resolve(shadow) };
  if (roots.production === roots.shadow) {
    throw refused(
      roots.production,
      'both sides are the same folder',
      'give the folder of production, then that of shadow',
    );
  }
  const found = await findTwinTables(roots.production, roots.shadow);
  const notes = [
    ...found.only_in_production.map((table) => `only in production, no job: ${scalar(table)}`),
    ...found.only_in_shadow.map((table) => `only in the shadow, no job: ${scalar(table)}`),
  ];
  const jobs: DraftJob[] = [];
  for (const table of found.twins) {
    const name = tableName(table, roots.production);
    if (!nameSchema.safeParse(name).success) notes.push(`no name for a job, left out: ${scalar(name)}`);
    else jobs.push(await draftJob(name, table, roots, openEngine));
  }
  if (jobs.length === 0) {
    const message = `no table of the same name stands below it and below ${roots.shadow}`;
    throw refused(roots.production, message, 'a table is a folder of column=value folders, or of data files');
  }
  notes.push(...jobs.filter((job) => job.key.length === 0).map((job) => `${scalar(job.name)}: ${job.remark}`));
  const marker = jobs.every((job) => job.marker !== null) ? MARKER : null;
  const fromConfig = (root: string) => {
    const path = relative(dirname(resolve(config_path)), root);
    return path.startsWith('..') ? path : `./${path}`;
  };
  const text = draftText({
    production: fromConfig(roots.production),
    shadow: fromConfig(roots.shadow),
    marker,
    jobs: marker === null ? jobs : jobs.map((job) => ({ ...job, marker: null })),
  });
  return { text, notes };
}

async function draftJob(name: string, table: string, roots: Sided<string>, openEngine: OpenEngine): Promise<DraftJob> {
  const bare: DraftJob = { name, table, partition: [], key: [], remark: '', marker: null };
  try {
    const partitions = await mapSidesInOrder(roots, (root) => listPartitions(join(root, table), null));
    const marker = (await hasMarker(partitions.production)) && (await hasMarker(partitions.shadow)) ? MARKER : null;
    const partition = partitions.production[0]?.key.levels.map(({ column }) => column) ?? [];
    const pairs = commonPartitions(partitions, roots, table);
    const key = await findKey(name, partition, pairs, openEngine);
    return { ...bare, partition, marker, ...key };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return { ...bare, remark: oneLine(`No key was looked for: ${messageOf(error)}`) };
  }
}

interface Pair {
  readonly label: string;
  readonly folders: Sided<string>;
}

/** Partitions that stand on both sides, newest first; the tables themselves where they have none. */
function commonPartitions(partitions: Sided<readonly PartitionFolder[]>, roots: Sided<string>, table: string): Pair[] {
  const { production, shadow } = partitions;
  if (production.length === 0 && shadow.length === 0) {
    const folders = { production: join(roots.production, table), shadow: join(roots.shadow, table) };
    return [{ label: 'all rows', folders }];
  }
  const inShadow = new Map(shadow.map(({ key, folder }) => [printPartitionKey(key), folder]));
  return production
    .toSorted((one, other) => startOf(other.key) - startOf(one.key) || comparePrinted(other.key, one.key))
    .flatMap(({ key, folder }) => {
      const label = printPartitionKey(key);
      const twin = inShadow.get(label);
      return twin === undefined ? [] : [{ label, folders: { production: folder, shadow: twin } }];
    });
}

function startOf(key: PartitionKey): number {
  return timeRangeOf(key)?.start.getTime() ?? 0;
}

function comparePrinted(one: PartitionKey, other: PartitionKey): number {
  return printPartitionKey(one) < printPartitionKey(other) ? -1 : 1;
}

type FoundKey = Pick<DraftJob, 'key' | 'remark'>;

async function findKey(
  name: string,
  partition: readonly string[],
  pairs: readonly Pair[],
  openEngine: OpenEngine,
): Promise<FoundKey> {
  if (pairs.length === 0) return { key: [], remark: 'No key was looked for: no partition stands on both sides.' };
  let failure: FoundKey | null = null;
  let onlyProduction: FoundKey | null = null;
  for (const pair of pairs.slice(0, TRIES)) {
    try {
      const found = await keyOf(name, partition, pair, openEngine);
      if (found.isOnBoth) return found;
      if (found.key.length > 0) onlyProduction ??= found;
      else failure ??= found;
    } catch (error) {
      const expected = error instanceof Inconclusive || error instanceof OperatingError || error instanceof EngineError;
      if (!expected) throw error;
      failure ??= { key: [], remark: oneLine(`No key was looked for: ${pair.label}: ${messageOf(error)}`) };
    }
  }
  return onlyProduction ?? failure ?? { key: [], remark: 'No key was found.' };
}

function keyOf(
  name: string,
  partition: readonly string[],
  pair: Pair,
  openEngine: OpenEngine,
): Promise<FoundKey & { readonly isOnBoth: boolean }> {
  return inTemporaryFolder('shadowcheck-init-', async (spill) => {
    const pinned = await mapSidesInOrder(pair.folders, (folder, side) => pin(folder, side));
    const files = [...readablePaths(pinned.production, spill), ...readablePaths(pinned.shadow, spill)];
    const engine = await openEngine({ files, spill, threads: availableParallelism(), memory_bytes: null });
    try {
      const tables = await mapSidesInOrder(pinned, (landing) => openSide(engine, landing, spill));
      const candidates = keyCandidates(tables.production.columns, tables.shadow.columns, partition, name);
      const where = oneLine(pair.label);
      if (candidates.length === 0) {
        return { key: [], remark: `No column of ${where} is named like a key.`, isOnBoth: false };
      }
      const inProduction = await uniqueKeys(engine, tables.production, combinations(candidates));
      const [first] = inProduction;
      if (first === undefined) {
        const tried = oneLine(candidates.map(scalar).join(', '));
        return { key: [], remark: `No key found in ${where} of production, tried: ${tried}.`, isOnBoth: false };
      }
      const [inBoth] = await uniqueKeys(engine, tables.shadow, inProduction);
      return inBoth === undefined
        ? {
            key: first,
            remark: `Unique in ${where} of production; the shadow has duplicates or NULLs.`,
            isOnBoth: false,
          }
        : { key: inBoth, remark: `Unique and never NULL in ${where} of both sides.`, isOnBoth: true };
    } finally {
      await engine.close();
    }
  });
}

function pin(folder: string, side: Side): Promise<PinnedLanding> {
  return pinLanding({ side, location: folder, system: null, build: null, landed: { marker: null }, format: null });
}

async function hasMarker(partitions: readonly PartitionFolder[]): Promise<boolean> {
  for (const { folder } of partitions) {
    if (
      await access(join(folder, MARKER)).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}

/** For a comment: a name from the disk may hold line breaks, and whatever follows one would be config. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

function refused(subject: string, message: string, hint: string): OperatingError {
  return new OperatingError(EXIT_CODES.usage, { code: 'init_refused', subject, message, hint });
}
