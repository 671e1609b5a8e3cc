import * as v from 'valibot';
import { exposition, FORMATS, formatFor } from '../../metrics/family.ts';
import { statusMetrics } from '../../metrics/status_metrics.ts';
import type { Call, Route } from '../route.ts';
import { readStatus } from './status.ts';

/** For Prometheus and whatever reads its format. A scraper sends a token of the scope read. */
export const METRICS_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/metrics',
    scope: 'read',
    tag: 'operation',
    summary:
      'Shows states, weights and recent traffic as metrics: OpenMetrics, or the text format of Prometheus.',
    result: v.string(),
    handle: metrics,
  },
];

async function metrics({ request, env, history, now }: Call): Promise<Response> {
  const [status, publication] = await Promise.all([readStatus(env, now), history.publication()]);
  const format = formatFor(request.headers.get('accept'));
  const headers = { 'content-type': FORMATS[format], 'cache-control': 'no-store', vary: 'accept' };
  return new Response(exposition(statusMetrics(status, publication), format), { headers });
}
