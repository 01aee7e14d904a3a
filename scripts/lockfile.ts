/** What `package-lock.json` must hold so that every platform gets its own packages. */

export interface LockEntry {
  version?: string;
  resolved?: string;
  integrity?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  license?: string;
  engines?: Record<string, string>;
  dev?: boolean;
  peer?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}

export interface Lockfile {
  packages: Record<string, LockEntry>;
}

export interface PlatformPackage {
  readonly name: string;
  readonly version: string;
  /** Key in `packages`. */
  readonly place: string;
  readonly inherited: Pick<LockEntry, 'dev' | 'peer'>;
}

/** Optional dependencies that some package of the lock names, with an exact version, and that have no whole entry. */
export function incompletePlatformPackages(lock: Lockfile): readonly PlatformPackage[] {
  return Object.values(lock.packages).flatMap((parent) =>
    Object.entries(parent.optionalDependencies ?? {})
      .map(([name, version]): PlatformPackage => {
        const inherited = { ...(parent.dev ? { dev: true } : {}), ...(parent.peer ? { peer: true } : {}) };
        return { name, version, place: `node_modules/${name}`, inherited };
      })
      .filter(({ place }) => lock.packages[place]?.integrity === undefined),
  );
}

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Reads system, processor and C library off a name such as `@scope/tool-linux-arm64-musl`. */
export function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const parts = name.split(/[/-]/);
  const system = parts.find((part) => SYSTEMS.includes(part));
  const processor = parts.find((part) => PROCESSORS.includes(part));
  if (system === undefined || processor === undefined) throw new Error(`${name}: no platform in the name`);
  // Without a libc, a glibc and a musl package would both be installed on any Linux.
  const libc = system !== 'linux' ? {} : { libc: [parts.includes('musl') ? 'musl' : 'glibc'] };
  return { os: [system], cpu: [processor], ...libc };
}
