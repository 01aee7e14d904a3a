import { describe, expect, test } from 'vitest';
import { textOf } from '../house/source-files.ts';
import { refusalOf } from './command-line.ts';

/** Of systemd.unit, systemd.service, systemd.exec, systemd.kill and systemd.resource-control: those that a unit of ours may use. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Unit: ['Description', 'After', 'RequiresMountsFor', 'StartLimitIntervalSec'],
  Service: [
    ...['Type', 'User', 'Group', 'ExecStartPre', 'ExecStart', 'Restart', 'RestartSec', 'TimeoutStopSec'],
    ...['KillSignal', 'KillMode', 'WorkingDirectory', 'StateDirectory', 'StateDirectoryMode', 'ConfigurationDirectory'],
    ...['UMask', 'LimitNOFILE', 'ProtectSystem', 'ProtectHome', 'PrivateTmp', 'PrivateDevices', 'ProtectClock'],
    ...[
      'ProtectControlGroups',
      'ProtectHostname',
      'ProtectKernelLogs',
      'ProtectKernelModules',
      'ProtectKernelTunables',
    ],
    ...[
      'NoNewPrivileges',
      'CapabilityBoundingSet',
      'AmbientCapabilities',
      'LockPersonality',
      'RestrictAddressFamilies',
    ],
    ...['RestrictNamespaces', 'RestrictRealtime', 'RestrictSUIDSGID', 'SystemCallArchitectures'],
  ],
  Install: ['WantedBy'],
};

interface Directive {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/** Throws for a line that is neither a comment, a section nor a directive of a section. */
function parseUnit(text: string): readonly Directive[] {
  const directives: Directive[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const header = /^\[(\w+)\]$/.exec(line);
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (header !== null) section = header[1] ?? '';
    else if (section === '' || name === undefined || value === undefined)
      throw new Error(`not a line of a unit: ${line}`);
    else directives.push({ section, name, value });
  }
  return directives;
}

const unit = parseUnit(textOf('deploy/shadowcheck.service'));

function only(name: string): string {
  const found = unit.filter((directive) => directive.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]?.value ?? '';
}

describe('deploy/shadowcheck.service', () => {
  test('holds directives that systemd has, each once, in its own section', () => {
    expect(unit.filter(({ section, name }) => !KNOWN[section]?.includes(name))).toEqual([]);
    expect(new Set(unit.map(({ name }) => name)).size).toBe(unit.length);
  });

  test.each(['ExecStartPre', 'ExecStart'])('%s is a command line that the CLI takes', async (name) => {
    const [program, ...argv] = only(name).split(' ');
    expect(program).toBe('/usr/bin/shadowcheck');
    expect(argv[0]).toBe('serve');
    expect(await refusalOf(argv)).toBe(null);
  });

  test('checks the config that it starts with', () => {
    expect(only('ExecStartPre').replace(' --check', '')).toBe(only('ExecStart'));
  });

  test('is started again whatever ended it, and has the time that an end takes', () => {
    expect(only('Restart')).toBe('always');
    expect(Number(only('RestartSec'))).toBeGreaterThan(0);
    expect(Number(only('TimeoutStopSec'))).toBeGreaterThan(10);
    expect(only('KillSignal')).toBe('SIGTERM');
    expect(only('KillMode')).toBe('mixed');
  });

  test('may change nothing but its store', () => {
    expect(only('ProtectSystem')).toBe('strict');
    expect(`/var/lib/${only('StateDirectory')}`).toBe(only('WorkingDirectory'));
    expect(unit.filter(({ name }) => name === 'ReadWritePaths')).toEqual([]);
    expect(only('NoNewPrivileges')).toBe('true');
    expect(only('CapabilityBoundingSet')).toBe('');
    expect(only('User')).not.toBe('root');
    expect(unit.map(({ name }) => name)).not.toContain('MemoryDenyWriteExecute');
  });
});

test('a line that is none of a unit is noticed', () => {
  expect(() => parseUnit('[Service]\nExecStart /bin/true')).toThrow('not a line of a unit');
  expect(() => parseUnit('User=x')).toThrow('not a line of a unit');
});
