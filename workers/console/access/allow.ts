import { CODES, Refusal } from '../refusal.ts';
import { includes, type Principal, type Scope } from './principal.ts';
import { forbidden, missingCredentials } from './refusals.ts';

/** Methods that change nothing (RFC 9110 section 9.2.1). */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Requires that a principal may send a request to a route.
 * @param scope what the route needs. `open`: anybody may use it, but no page of another site
 * @param admin_for what else needs the scope admin, for the refusal
 * @throws {Refusal} 401 or 403; 415 for a body that is not JSON
 */
export function allow(
  principal: Principal,
  scope: Scope | 'open',
  request: Request,
  admin_for?: string,
): void {
  if (scope !== 'open') requireScope(principal, scope, admin_for);
  if (SAFE.includes(request.method)) return;
  requireSameOrigin(principal, request);
  requireJson(request);
}

/** Requires a scope, for what only some bodies of a route need. @throws {Refusal} 401 or 403 */
export function requireScope(principal: Principal, scope: Scope, admin_for?: string): void {
  if (principal.by === 'nobody') throw missingCredentials();
  if (!includes(principal.scope, scope))
    throw forbidden(
      `Authentication error: this needs the scope "${scope}"${admin_for === undefined ? '' : ` ("admin" for ${admin_for})`}, ` +
        `and ${principal.author} has "${principal.scope}"`,
    );
}

/**
 * Refuses changes that a page of another site could have caused. A browser adds the session's cookie, or Access its identity, to such
 * requests by itself. It never adds a bearer token.
 *
 * Every browser names the origin of a request that changes something, in `Origin` or `Sec-Fetch-Site`. A session without both is
 * therefore refused: it does not come from our page. So is a person of Access. Service tokens of Access and logins need neither,
 * because programs send them.
 */
function requireSameOrigin(principal: Principal, request: Request): void {
  if (principal.by === 'token' || principal.by === 'admin_token') return;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const own = new URL(request.url).origin;
  if (origin !== null && origin !== own)
    throw forbidden(`Origin "${origin.slice(0, 200)}" is another site: use the page of ${own}`);
  if (site !== null && site !== 'same-origin')
    throw forbidden(`Sec-Fetch-Site is "${site.slice(0, 20)}": use the page of ${own}`);
  if (origin !== null || site !== null || principal.by === 'nobody' || principal.is_service === true) return;
  throw forbidden(
    'Origin and Sec-Fetch-Site are missing, and every browser sends one: use the page, or a bearer token',
  );
}

/** Forms of other sites cannot send JSON without a preflight, and no preflight is answered. */
function requireJson(request: Request): void {
  if (request.body === null || request.headers.get('content-length') === '0') return;
  const type = request.headers.get('content-type') ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() === 'application/json') return;
  const message = 'content-type is not JSON: send `application/json`';
  throw new Refusal(415, [{ code: CODES.invalid, message }]);
}
