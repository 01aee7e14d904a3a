/** The service's HTTP side over a store of its own, without a scheduler; asked with raw requests, which a URL would tidy up. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alarms, Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { type HealthView, readFacts } from '../../../src/service/health-view.ts';
import { httpApp } from '../../../src/service/http/app.ts';
import { type HttpServer, listen } from '../../../src/service/http/listen.ts';
import { openLog } from '../../../src/service/log.ts';
import { createMetrics } from '../../../src/service/metrics.ts';
import { openCatalog } from '../../../src/store/catalog.ts';
import { HEALTHY_VIEW } from '../healthy.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Serving {
  readonly store: string;
  /** What the next `/readyz` and `/metrics` are made of. */
  view: HealthView;
  /** `path` goes over the wire as it is. */
  ask(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Answer>;
  close(): Promise<void>;
}

export interface ServingOptions {
  readonly jobs?: readonly string[];
  readonly alarms?: Partial<Alarms>;
  readonly now?: () => Date;
}

const NO_ALARMS: Alarms = { nothing_landed_ms: null, nothing_compared_ms: null, nothing_analysed_ms: null };

async function configOf(store: string, { jobs = [], alarms = {} }: ServingOptions): Promise<Config> {
  const sideOf = (side: string, job: string) => ({ source: 'warehouse', table: `${side}/${job}` });
  const entryOf = (job: string) => ({
    production: sideOf('production', job),
    shadow: sideOf('shadow', job),
    partition: ['ds'],
    key: ['id'],
  });
  const config = {
    version: 1,
    store: '.',
    sources: { warehouse: { kind: 'folder', root: './warehouse' } },
    service: { hosts: ['reports.example.com'] },
    ingestion_jobs: Object.fromEntries(jobs.map((job) => [job, entryOf(job)])),
  };
  await writeFile(join(store, 'shadowcheck.yaml'), JSON.stringify(config));
  const loaded = await loadConfig(join(store, 'shadowcheck.yaml'));
  return { ...loaded, alarms: { ...NO_ALARMS, ...alarms }, service: { ...loaded.service, port: 0 } };
}

export const NOON = new Date('2026-11-20T12:00:00Z');

export async function startServing(options: ServingOptions = {}): Promise<Serving> {
  const store = await mkdtemp(join(tmpdir(), 'shadowcheck-http-'));
  await mkdir(join(store, 'reports'));
  openCatalog(join(store, 'catalog.db')).close();
  const config = await configOf(store, options);
  const serving = { view: { ...HEALTHY_VIEW, ...readFacts(store) } };
  const app = httpApp({
    config: () => config,
    health: () => serving.view,
    metrics: createMetrics(),
    now: options.now ?? (() => NOON),
    log: openLog('silent', {}),
  });
  const server: HttpServer = await listen(app, config.service);
  return Object.assign(serving, {
    store,
    ask: (method: string, path: string, headers = {}, body = '') => ask(server.address, method, path, headers, body),
    async close() {
      await server.close();
      await rm(store, { recursive: true, force: true });
    },
  });
}

function ask(
  address: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, headers: { ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(parts).toString('utf8'),
        });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
