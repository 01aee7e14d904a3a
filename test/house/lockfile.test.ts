import { describe, expect, test } from 'vitest';
import { incompletePlatformPackages, type Lockfile, platformOf } from '../../scripts/lockfile.ts';
import { textOf } from './source-files.ts';

const text = textOf('package-lock.json');
const lock = JSON.parse(text) as Lockfile;
const optional = Object.values(lock.packages).flatMap((entry) => Object.entries(entry.optionalDependencies ?? {}));

describe('package-lock.json', () => {
  test('has an entry, with its platform, for every optional dependency of every package', () => {
    const wrong = optional.filter(([name, version]) => {
      const entry = lock.packages[`node_modules/${name}`];
      if (entry?.version === undefined || entry.optional !== true) return true;
      // A range is resolved to some version; a platform package is named exactly.
      if (/^\d/.test(version) && entry.version !== version) return true;
      return entry.os === undefined && entry.cpu === undefined && !name.includes('wasm');
    });
    expect(wrong).toEqual([]);
  });

  test('brings the database driver to Linux and macOS on both processors', () => {
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']) {
      expect(lock.packages).toHaveProperty([`node_modules/@duckdb/node-bindings-${platform}`]);
    }
  });

  test('names no registry', () => {
    expect(text).not.toMatch(/"resolved"/);
  });

  test('has the checksum of everything but platform packages', () => {
    const named = new Set(optional.map(([name]) => `node_modules/${name}`));
    const without = Object.entries(lock.packages).filter(([place, { integrity }]) => place !== '' && !integrity);
    expect(without.map(([place]) => place).filter((place) => !named.has(place))).toEqual([]);
  });
});

describe('what is missing in a lock', () => {
  test('is found, with what it inherits from the package that names it', () => {
    const names = { '@x/tool-darwin-arm64': '1.0.0', '@x/tool-linux-x64': '1.0.0' };
    const found = incompletePlatformPackages({
      packages: {
        'node_modules/@x/tool': { dev: true, optionalDependencies: names },
        'node_modules/@x/tool-linux-x64': { version: '1.0.0', integrity: 'sha512-x' },
      },
    });
    expect(found).toEqual([
      {
        name: '@x/tool-darwin-arm64',
        version: '1.0.0',
        place: 'node_modules/@x/tool-darwin-arm64',
        inherited: { dev: true },
      },
    ]);
  });

  test.each([
    ['@x/tool-linux-arm64-musl', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
    ['@x/tool-linux-x64', { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }],
    ['tool-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@x/tool-win32-x64', { os: ['win32'], cpu: ['x64'] }],
  ])('%s tells its platform by its name', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });

  test('a name without a platform is refused', () => {
    expect(() => platformOf('fsevents')).toThrow(/no platform/);
  });
});
