/**
 * `POST /landings`: an ingestion system tells that a partition has landed. It is kept before it is answered, and believed
 * by the next look at the folder, not before. Telling one twice is telling it once.
 */
import { join } from 'node:path';
import type { Context } from 'hono';
import type { Config } from '../../config/config.ts';
import { suggestionFor } from '../../config/did-you-mean.ts';
import { pairingsOf, tableIdOf, toldSideOf } from '../../config/pairings.ts';
import type { Trouble } from '../../core/operating-error.ts';
import { SIDES } from '../../core/side.ts';
import { openCatalog } from '../../store/catalog.ts';
import type { Telling } from '../../store/landing-record.ts';
import { parseToldLanding, type ToldLanding, tellingOf } from '../../store/told-landing.ts';
import { refuse } from './answer.ts';
import { parseToldBody, readBody } from './told-body.ts';

const BODY_BYTES_MAX = 1_000_000;

/** A megabyte can hold half a million mistakes. */
const TROUBLES_MAX = 100;

/** A page on another site can send text and forms from a browser without asking; these types it cannot. */
const TYPES = /^application\/(?:json|x-ndjson|jsonl)(?:\s*;|$)/i;

const SUBJECT = 'POST /landings';

/** 202 once all are kept; 400 or 422 with everything that is wrong, and then none of them is kept. */
export async function answerTelling(context: Context, config: Config, now: Date): Promise<Response> {
  if (!TYPES.test(context.req.header('content-type') ?? '')) {
    return refuse(context, 415, {
      code: 'content_type_not_supported',
      subject: SUBJECT,
      message: 'the content type must say that the body is JSON',
      hint: 'content-type: application/json, or application/x-ndjson for lines',
    });
  }
  const bytes = await readBody(context.req.raw.body, BODY_BYTES_MAX);
  if (bytes === null) {
    return refuse(context, 413, {
      code: 'body_too_large',
      subject: SUBJECT,
      message: `the body is larger than ${BODY_BYTES_MAX} bytes`,
      hint: 'tell the landings in several requests; one that is told twice is one',
    });
  }
  const body = parseToldBody(bytes);
  if ('troubles' in body) return refuseAll(context, 400, body.troubles);
  const troubles: Trouble[] = [];
  const tellings: { readonly place: string; readonly told: ToldLanding; readonly telling: Telling }[] = [];
  for (const { place, value } of body.parts) {
    if (!isRecord(value)) {
      troubles.push(invalid(place, 'is no object'));
      continue;
    }
    const parsed = parseToldLanding(value);
    if ('entry' in parsed) {
      const telling = tellingOf(parsed.entry, 'http', now.getTime());
      tellings.push({ place, told: parsed.entry, telling });
    } else troubles.push(invalid(place, parsed.reason));
  }
  if (troubles.length > 0) return refuseAll(context, 400, troubles);
  const unknown = tellings.flatMap(({ place, told }) => unknownPlace(place, told, config) ?? []);
  if (unknown.length > 0) return refuseAll(context, 422, unknown);
  const fresh = keep(config.store, [...new Map(tellings.map(({ telling }) => [telling.id, telling])).values()]);
  return context.json(
    {
      landings: tellings.map(({ telling: { id, job, partition_key } }) => ({
        id,
        job,
        partition_key,
        is_new: fresh.has(id),
      })),
    },
    202,
  );
}

/** In one transaction; returns the ids that were not known before. */
function keep(store: string, tellings: readonly Telling[]): ReadonlySet<string> {
  const catalog = openCatalog(join(store, 'catalog.db'));
  try {
    const ids = tellings.map(({ id }) => id);
    const known = catalog.knownTellings(ids);
    catalog.tell(tellings);
    return new Set(ids.filter((id) => !known.has(id)));
  } finally {
    catalog.close();
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(place: string, message: string): Trouble {
  return { code: 'landing_invalid', subject: SUBJECT, place, message };
}

/** Not kept for later: a name that is misspelled would wait for ever, and who told it would not hear of it. */
function unknownPlace(place: string, told: ToldLanding, config: Config): Trouble | null {
  const job = config.jobs.get(told.job);
  if (job === undefined) return unknownJob(place, told.job, config);
  if (told.table_role !== 'target' || toldSideOf(job, told) !== null) return null;
  const tables = pairingsOf(job).map(
    ({ name, sides }) => `${name}: ${SIDES.map((side) => tableIdOf(sides[side])).join(' and ')}`,
  );
  return {
    code: 'table_unknown',
    subject: SUBJECT,
    place,
    message: `job ${JSON.stringify(told.job)} has no such side or table in the config`,
    hint: `it has ${tables.join('; ')}`,
  };
}

function unknownJob(place: string, job: string, config: Config): Trouble {
  const meant = suggestionFor(job, [...config.jobs.keys()]);
  return {
    code: 'job_unknown',
    subject: SUBJECT,
    place,
    message: `there is no job ${JSON.stringify(job)} in the config`,
    hint: `${meant === undefined ? '' : `${meant} `}a new job can be told once a comparison run has read the config again`,
  };
}

function refuseAll(context: Context, status: 400 | 422, troubles: readonly Trouble[]): Response {
  const [first, ...others] = troubles;
  if (first === undefined) throw new Error('nothing to refuse');
  if (others.length === 0) return refuse(context, status, first);
  const rest = troubles.length - TROUBLES_MAX;
  return refuse(context, status, {
    code: first.code,
    subject: SUBJECT,
    message: `${troubles.length} problems${rest > 0 ? `, the first ${TROUBLES_MAX} of which are listed` : ''}; nothing was kept`,
    hint: 'repair what is listed and send all of it again',
    problems: troubles.slice(0, TROUBLES_MAX),
  });
}
