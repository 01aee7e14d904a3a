/**
 * Adds the platform packages that `npm install` leaves out of `package-lock.json` when the registry in use does not
 * serve them. With an entry missing, `npm ci` fails and another platform gets no database driver. Run it after each
 * change of dependencies: `npm run lockfile`.
 *
 * Entries carry no `resolved` address, so that the lock works with any registry. `integrity` is asked from the registry;
 * where it does not know the package the entry goes without one, which npm accepts, and the package is named on stderr;
 * a later run against a fuller registry fills it in.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { incompletePlatformPackages, type LockEntry, type Lockfile, platformOf } from './lockfile.ts';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lockfile;

for (const wanted of incompletePlatformPackages(lock)) {
  const published = publishedEntry(wanted.name, wanted.version);
  const shared = { optional: true, ...wanted.inherited };
  lock.packages[wanted.place] = published
    ? { version: wanted.version, ...published, ...shared }
    : { version: wanted.version, ...platformOf(wanted.name), ...shared };
  if (!published?.integrity) process.stderr.write(`${wanted.name}@${wanted.version}: stands without integrity\n`);
}
for (const entry of Object.values(lock.packages)) delete entry.resolved;

const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);

function publishedEntry(name: string, version: string): Partial<LockEntry> | null {
  const fields = ['version', 'dist.integrity', 'os', 'cpu', 'libc', 'engines', 'license'];
  try {
    const printed = execFileSync('npm', ['view', `${name}@${version}`, ...fields, '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { 'dist.integrity': integrity, version: _, ...entry } = JSON.parse(printed) as Record<string, never>;
    return { ...(integrity ? { integrity } : {}), ...entry };
  } catch {
    return null;
  }
}
