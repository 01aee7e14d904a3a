/** What our manifests may hold: the fields of the Kubernetes API that they use, and no other, so that a misspelled one is noticed. */
import { z } from 'zod';

const labels = z.record(z.string().regex(/^[a-z0-9./-]+$/), z.string().regex(/^[a-z0-9.-]+$/));
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const metadata = z.strictObject({ name, labels });
const quantity = z.string().regex(/^\d+(m|[KMGT]i)?$/);
const compute = z.strictObject({ cpu: quantity, memory: quantity });

const probe = z.strictObject({
  httpGet: z.strictObject({
    path: z.string().startsWith('/'),
    port: z.string(),
    httpHeaders: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  }),
  periodSeconds: z.int().min(1),
  timeoutSeconds: z.int().min(1).optional(),
  failureThreshold: z.int().min(1).optional(),
});

const container = z.strictObject({
  name,
  image: z.string().regex(/^[\w./-]+:(?!latest$)[\w.-]+$/, 'an image with a version'),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  ports: z.array(z.strictObject({ name, containerPort: z.int() })).optional(),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  resources: z.strictObject({ requests: compute, limits: compute }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(
    z.strictObject({ name, mountPath: z.string().startsWith('/'), readOnly: z.literal(true).optional() }),
  ),
});

const volume = z.union([
  z.strictObject({
    name,
    persistentVolumeClaim: z.strictObject({ claimName: name, readOnly: z.literal(true).optional() }),
  }),
  z.strictObject({ name, configMap: z.strictObject({ name }) }),
  z.strictObject({ name, emptyDir: z.strictObject({}) }),
]);

const podSpec = z.strictObject({
  restartPolicy: z.enum(['Never']).optional(),
  automountServiceAccountToken: z.literal(false),
  terminationGracePeriodSeconds: z.int(),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.int().min(1),
    runAsGroup: z.int().min(1),
    fsGroup: z.int().min(1),
    seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
  }),
  containers: z.array(container).length(1),
  volumes: z.array(volume),
});

const pod = z.strictObject({ metadata: z.strictObject({ labels }), spec: podSpec });

export const configMap = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.record(z.string().regex(/^[\w.-]+$/), z.string()),
});

export const claim = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('PersistentVolumeClaim'),
  metadata,
  spec: z.strictObject({
    accessModes: z.tuple([z.literal('ReadWriteOnce')]),
    resources: z.strictObject({ requests: z.strictObject({ storage: quantity }) }),
  }),
});

export const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({
    replicas: z.literal(1),
    strategy: z.strictObject({ type: z.literal('Recreate') }),
    selector: z.strictObject({ matchLabels: labels }),
    template: pod,
  }),
});

export const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    type: z.literal('ClusterIP'),
    selector: labels,
    ports: z.array(z.strictObject({ name, port: z.int(), targetPort: z.string() })).length(1),
  }),
});

export const cronJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('CronJob'),
  metadata,
  spec: z.strictObject({
    schedule: z.string().regex(/^(\S+ ){4}\S+$/),
    timeZone: z.literal('Etc/UTC'),
    concurrencyPolicy: z.literal('Forbid'),
    startingDeadlineSeconds: z.int(),
    successfulJobsHistoryLimit: z.int(),
    failedJobsHistoryLimit: z.int(),
    jobTemplate: z.strictObject({
      spec: z.strictObject({ backoffLimit: z.literal(0), activeDeadlineSeconds: z.int(), template: pod }),
    }),
  }),
});

export const manifest = z.discriminatedUnion('kind', [configMap, claim, deployment, service, cronJob]);
export type Manifest = z.infer<typeof manifest>;
export type Pod = z.infer<typeof pod>;
