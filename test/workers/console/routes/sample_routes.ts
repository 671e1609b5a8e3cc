import * as v from 'valibot';
import { ACCOUNT_ROUTES } from '../../../../workers/console/routes/cloudflare/accounts.ts';
import { HEALTH_ROUTES } from '../../../../workers/console/routes/cloudflare/health.ts';
import { PREVIEW_ROUTES } from '../../../../workers/console/routes/cloudflare/previews.ts';
import { REFERENCE_ROUTES } from '../../../../workers/console/routes/cloudflare/references.ts';
import { REGION_ROUTES } from '../../../../workers/console/routes/cloudflare/regions.ts';
import { BODIES, NAMED_SCHEMAS, RESULTS } from '../../../../workers/console/routes/cloudflare/schemas.ts';
import { SEARCH_ROUTES } from '../../../../workers/console/routes/cloudflare/search.ts';
import { ZONE_ROUTES } from '../../../../workers/console/routes/cloudflare/zones.ts';
import type { About } from '../../../../workers/console/routes/openapi.ts';
import type { Route } from '../../../../workers/console/routes/route.ts';

/** What the document says of itself. */
export const ABOUT: About = {
  title: 'Plimsoll',
  version: '1',
  description: 'A load balancer.',
  cookie: '__Host-session',
  schemas: NAMED_SCHEMAS,
};

export const POOLS = '/client/v4/accounts/:account_id/load_balancers/pools';
const handle = async () => ({ result: null });
const base = { scope: 'admin', summary: 'Does it.', tag: 'pools', result: RESULTS.pools, handle } as const;
/** Routes of every kind. */
export const ROUTES: readonly Route[] = [
  ...[REGION_ROUTES, REFERENCE_ROUTES, SEARCH_ROUTES, ACCOUNT_ROUTES].flat(),
  ...[ZONE_ROUTES, HEALTH_ROUTES, PREVIEW_ROUTES].flat(),
  { ...base, method: 'POST', path: POOLS, body: BODIES.pools },
  { ...base, method: 'GET', path: `${POOLS}/:pool_id`, scope: 'read' },
  { ...base, method: 'PUT', path: `${POOLS}/:pool_id`, body: BODIES.pools, if_match: 'optional' },
  { ...base, method: 'PUT', path: '/api/config', body: v.string(), if_match: 'required', result: v.null() },
  { ...base, method: 'POST', path: '/api/session', scope: 'open', body: v.object({ token: v.string() }) },
];
