import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { SHADOWCHECK_VERSION } from '../../src/core/version.ts';
import { filesBelow, textOf } from '../house/source-files.ts';
import { refusalOf } from './command-line.ts';
import { type Manifest, manifest, type Pod } from './kubernetes-schema.ts';

const FILES = filesBelow('deploy/kubernetes', '.yaml');

const manifests: readonly Manifest[] = FILES.flatMap((file) =>
  parseAllDocuments(textOf(file)).map((document) => {
    expect(document.errors, file).toEqual([]);
    expect(document.warnings, file).toEqual([]);
    return manifest.parse(document.toJS());
  }),
);

function ofKind<Kind extends Manifest['kind']>(kind: Kind): readonly (Manifest & { kind: Kind })[] {
  return manifests.filter((one): one is Manifest & { kind: Kind } => one.kind === kind);
}

const [deployment] = ofKind('Deployment');
const [service] = ofKind('Service');
const [configMap] = ofKind('ConfigMap');
const pods: readonly Pod[] = [
  ...ofKind('Deployment').map(({ spec }) => spec.template),
  ...ofKind('CronJob').map(({ spec }) => spec.jobTemplate.spec.template),
];
const containers = pods.map(({ spec }) => spec.containers[0] as NonNullable<(typeof spec.containers)[0]>);

async function configOfMap() {
  const folder = await mkdtemp(join(tmpdir(), 'shadowcheck-manifest-'));
  try {
    const path = join(folder, 'shadowcheck.yaml');
    await writeFile(path, configMap?.data['shadowcheck.yaml'] ?? '');
    return await loadConfig(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('there is what the page on operations names', () => {
  expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
    'ConfigMap shadowcheck',
    'CronJob shadowcheck-analyze',
    'CronJob shadowcheck-compare',
    'Deployment shadowcheck',
    'PersistentVolumeClaim shadowcheck',
    'Service shadowcheck',
  ]);
});

describe('names that refer to each other', () => {
  test('the selectors choose the pods of the service and no pods of a CronJob', () => {
    const chosen = (selector: Readonly<Record<string, string>> | undefined): readonly boolean[] =>
      pods.map(({ metadata }) =>
        Object.entries(selector ?? {}).every(([key, value]) => metadata.labels[key] === value),
      );
    expect(chosen(deployment?.spec.selector.matchLabels)).toEqual([true, false, false]);
    expect(chosen(service?.spec.selector)).toEqual([true, false, false]);
  });

  test('the ports of config, container, probes and Service are one', async () => {
    const [port] = containers[0]?.ports ?? [];
    const config = await configOfMap();
    expect(port?.containerPort).toBe(config.service.port);
    expect(service?.spec.ports).toEqual([{ name: 'http', port: port?.containerPort, targetPort: port?.name }]);
    for (const probe of [containers[0]?.startupProbe, containers[0]?.readinessProbe, containers[0]?.livenessProbe]) {
      expect(probe?.httpGet.port).toBe(port?.name);
    }
  });

  test('every mount has its volume, and every volume what it is made from, or is the warehouse of the reader', () => {
    const claims = ofKind('PersistentVolumeClaim').map(({ metadata }) => metadata.name);
    for (const { spec } of pods) {
      const names = spec.volumes.map(({ name }) => name);
      expect(spec.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)).sort()).toEqual(
        names.sort(),
      );
      for (const volume of spec.volumes) {
        if ('configMap' in volume) expect(volume.configMap.name).toBe(configMap?.metadata.name);
        if ('persistentVolumeClaim' in volume) {
          const { claimName, readOnly } = volume.persistentVolumeClaim;
          expect(readOnly === true ? claimName === 'warehouse' : claims.includes(claimName)).toBe(true);
        }
      }
    }
  });

  test('only the store and the temporary folder can be written to', () => {
    for (const { volumeMounts } of containers) {
      const written = volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
      expect(written).toEqual(['/var/lib/shadowcheck', '/tmp']);
    }
  });
});

test('the probes ask a route that is there, for a host that is served', () => {
  const { startupProbe, readinessProbe, livenessProbe } = containers[0] ?? {};
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
    expect(probe?.httpGet.path).toBe('/healthz');
    expect(probe?.httpGet.httpHeaders).toEqual([{ name: 'Host', value: 'localhost' }]);
  }
  expect(textOf('src/service/http/app.ts')).toContain("app.get('/healthz'");
});

test('the config of the ConfigMap can be loaded, and fits what is around it', async () => {
  const config = await configOfMap();
  expect(config.store).toBe('/var/lib/shadowcheck');
  expect(config.service.host).toBe('0.0.0.0');
  expect(config.service.hosts).toContain(service?.metadata.name);
  const memory = config.limits.workers * config.limits.item_memory_bytes + 0.5 * 2 ** 30;
  const limits = containers.map(({ resources }) => Number(/^(\d+)Gi$/.exec(resources.limits.memory)?.[1]) * 2 ** 30);
  expect(Math.min(...limits)).toBeGreaterThan(memory);
});

test('there is time for a good end', () => {
  for (const { spec } of pods) expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(10);
});

test('the image is the one of this version, run by the user of the Dockerfile', () => {
  for (const { image } of containers) expect(image).toBe(`shadowcheck:${SHADOWCHECK_VERSION}`);
  const user = /^USER (\d+):(\d+)$/m.exec(textOf('deploy/Dockerfile'))?.slice(1).map(Number);
  for (const { spec } of pods) expect([spec.securityContext.runAsUser, spec.securityContext.runAsGroup]).toEqual(user);
});

/** The words of each call of the program that a container starts. */
function callsOf({ command, args }: (typeof containers)[0]): readonly (readonly string[])[] {
  if (command === undefined) return [args ?? []];
  expect(command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
  return [...(command[2] ?? '').matchAll(/\bshadowcheck ([^;&|]+)/g)].map(([, words]) =>
    (words ?? '').trim().split(' '),
  );
}

test('every command line is one that the CLI takes', async () => {
  const calls = containers.flatMap(callsOf);
  expect(calls.map(([command]) => command)).toEqual(['serve', 'compare', 'analyze']);
  for (const words of calls) expect(await refusalOf(words), words.join(' ')).toBe(null);
});
