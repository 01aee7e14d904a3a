/**
 * The cases of other tools' test suites, with what those tools expect. The cases are not part of the package; where their
 * folder is absent these tests are skipped, and say so. `SHADOWCHECK_PEER_CASES` names another folder.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { packageRoot } from '../../src/sql/query-file.ts';
import { analyzeHere } from './analyze-here.ts';
import { expectedOf, foundOf, type PeerCase, specOfCase, writeSide } from './peer-case.ts';

const folder = process.env.SHADOWCHECK_PEER_CASES ?? join(packageRoot(), '..', 'shared', 'data', 'peer-cases');
const cases = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as PeerCase[])
  : [];

interface Choice {
  /** What we find instead. */
  readonly instead: { readonly verdict: string; readonly [name: string]: unknown };
  /** As in docs/compatibility.md. */
  readonly reason: string;
}

const CHOICES: Readonly<Record<string, Choice>> = {
  'csv-diff/one-changed-two-added': {
    instead: { verdict: 'inconclusive', reason: 'shadow_unreadable' },
    reason: 'a record with more fields than the header may be shifted: the file is not read',
  },
  'qsv/header-only-against-empty-file': {
    instead: { verdict: 'inconclusive', reason: 'shadow_unreadable' },
    reason: 'a file without a byte is no table without rows: it may be one that was never written',
  },
  'spark-extension/map-order-sensitive': {
    instead: { verdict: 'different', changed: [{ key: ['2'] }, { key: ['3'] }, { key: ['7'] }] },
    reason: 'a map has no order: there is no option by which it gets one',
  },
};

async function resultOf(peer: PeerCase): Promise<Record<string, unknown>> {
  const place = await mkdtemp(join(tmpdir(), 'shadowcheck-peer-'));
  try {
    const production = await writeSide(peer, 'production', folder, place);
    const shadow = await writeSide(peer, 'shadow', folder, place);
    return foundOf(await analyzeHere({ production, shadow }, specOfCase(peer)), peer.expected);
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return { ...peer.expected, verdict: 'error' };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

describe.skipIf(cases.length === 0)('cases of other tools', () => {
  test.each(cases.map((peer) => [peer.id, peer] as const))('%s', async (id, peer) => {
    const found = await resultOf(peer);
    const expected = expectedOf(peer, found);
    const choice = CHOICES[id];
    if (choice === undefined) {
      expect(found).toEqual(expected);
      return;
    }
    expect(found, `the peer is met, so that this is no choice any more: ${choice.reason}`).not.toEqual(expected);
    expect(found).toMatchObject(choice.instead);
  });

  test('every choice is one of a case, and stands in the docs', () => {
    const docs = readFileSync(join(packageRoot(), 'docs', 'compatibility.md'), 'utf8');
    expect(Object.keys(CHOICES).filter((id) => !docs.includes(`\`${id}\``))).toEqual([]);
    expect(Object.keys(CHOICES).filter((id) => !cases.some((peer) => peer.id === id))).toEqual([]);
  });
});
