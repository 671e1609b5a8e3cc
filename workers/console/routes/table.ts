import { SESSION_COOKIE } from '../access/session_cookie.ts';
import { ACCOUNT_ROUTES } from './cloudflare/accounts.ts';
import { HEALTH_ROUTES } from './cloudflare/health.ts';
import { BALANCER_ROUTES, OBJECT_ROUTES } from './cloudflare/objects.ts';
import { PREVIEW_ROUTES } from './cloudflare/previews.ts';
import { REFERENCE_ROUTES } from './cloudflare/references.ts';
import { REGION_ROUTES } from './cloudflare/regions.ts';
import { NAMED_SCHEMAS } from './cloudflare/schemas.ts';
import { SEARCH_ROUTES } from './cloudflare/search.ts';
import { ZONE_ROUTES } from './cloudflare/zones.ts';
import type { About } from './openapi.ts';
import { routes as AUDIT_ROUTES } from './plimsoll/audit.ts';
import { CHECK_ROUTES } from './plimsoll/check.ts';
import { CONFIG_ROUTES } from './plimsoll/config.ts';
import { EXPLAIN_ROUTES } from './plimsoll/explain.ts';
import { METRICS_ROUTES } from './plimsoll/metrics.ts';
import { openApiRoute } from './plimsoll/openapi.ts';
import { routes as SESSION_ROUTES } from './plimsoll/session.ts';
import { SQL_ROUTES } from './plimsoll/sql.ts';
import { STATE_ROUTES } from './plimsoll/states.ts';
import { STATUS_ROUTES } from './plimsoll/status.ts';
import { STRATEGY_ROUTES } from './plimsoll/strategies.ts';
import { routes as TOKEN_ROUTES } from './plimsoll/tokens.ts';
import type { Route } from './route.ts';

/** What the OpenAPI document says beside the routes. */
export const ABOUT: About = {
  title: 'Plimsoll',
  version: '1',
  description:
    "The API of Plimsoll's console. Paths under /client/v4 are those of Cloudflare's Load Balancing API, paths under /api are our own.",
  cookie: SESSION_COOKIE,
  schemas: NAMED_SCHEMAS,
};

/** Every route of the API. */
export const ROUTES: readonly Route[] = [
  ...ACCOUNT_ROUTES,
  ...ZONE_ROUTES,
  ...OBJECT_ROUTES,
  ...REFERENCE_ROUTES,
  ...HEALTH_ROUTES,
  ...PREVIEW_ROUTES,
  ...REGION_ROUTES,
  ...SEARCH_ROUTES,
  ...BALANCER_ROUTES,
  ...CONFIG_ROUTES,
  ...CHECK_ROUTES,
  ...STATE_ROUTES,
  ...STATUS_ROUTES,
  ...METRICS_ROUTES,
  ...EXPLAIN_ROUTES,
  ...SQL_ROUTES,
  ...STRATEGY_ROUTES,
  ...SESSION_ROUTES,
  ...TOKEN_ROUTES,
  ...AUDIT_ROUTES,
  openApiRoute(() => ROUTES, ABOUT),
];
