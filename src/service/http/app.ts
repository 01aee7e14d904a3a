/** The routes of the service. Everything that they know comes in through `HttpParts`; nothing here keeps a state. */
import { Hono } from 'hono';
import type { Config } from '../../config/config.ts';
import { bugFrames, bugName } from '../../core/bug.ts';
import { OperatingError } from '../../core/operating-error.ts';
import type { HealthView } from '../health-view.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { judgeReadiness } from '../readiness.ts';
import { onlyMethods, refuse, withHeaders } from './answer.ts';
import { checkHost } from './host-check.ts';
import { refreshForReader } from './index-file.ts';
import { answerTelling } from './landings.ts';
import { answerReport } from './report-files.ts';

export interface HttpParts {
  /** The one in force. */
  readonly config: () => Config;
  readonly health: () => HealthView;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly log: Log;
}

const READ = 'GET, HEAD';

export function httpApp(parts: HttpParts): Hono {
  const app = new Hono();
  app.use(withHeaders);
  app.use(checkHost(() => parts.config().service.hosts));

  app.get('/', (context) => context.redirect('/reports/index.html', 302));
  app.get('/reports', (context) => context.redirect('/reports/index.html', 302));
  app.get('/reports/*', (context) => answerReport(context, parts.config().store, () => refreshForReader(parts)));
  app.get('/healthz', (context) => context.json({ alive: true }));
  app.get('/readyz', (context) => {
    const readiness = judgeReadiness(parts.health());
    return context.json(readiness, readiness.ready ? 200 : 503);
  });
  app.get('/metrics', async (context) => {
    const text = await parts.metrics.render(parts.health());
    return context.body(text, 200, { 'content-type': parts.metrics.contentType });
  });
  for (const path of ['/', '/reports', '/reports/*', '/healthz', '/readyz', '/metrics']) {
    app.all(path, onlyMethods(READ));
  }

  app.post('/landings', (context) => answerTelling(context, parts.config(), parts.now()));
  app.all('/landings', onlyMethods('POST'));

  app.notFound((context) =>
    refuse(context, 404, {
      code: 'not_found',
      subject: context.req.path,
      message: 'there is nothing at this address',
      hint: '/healthz, /readyz, /metrics, /reports/index.html, and POST /landings',
    }),
  );
  app.onError((error, context) => {
    if (error instanceof OperatingError) {
      const [first, ...others] = error.troubles;
      if (first !== undefined)
        return refuse(context, 503, others.length === 0 ? first : { ...first, problems: error.troubles });
    }
    parts.log.error({ path: context.req.path, error: bugName(error), frames: bugFrames(error) }, 'request failed');
    return refuse(context, 500, {
      code: 'internal_error',
      subject: context.req.path,
      message: 'our own code failed; the log of the service says where',
    });
  });
  return app;
}
