import { CODES, Refusal } from '../refusal.ts';
import type { Route } from './route.ts';

const SAFE = ['GET', 'HEAD'];

/**
 * Refuses a change that depends on a condition that its route does not check (RFC 9110 section 13.2.2): it must not be made as if
 * the condition held. Reading is always answered, because its conditions only save bytes.
 * @throws {Refusal} 428 if the route requires `If-Match`; 412 for a condition that the route does not check
 */
export function checkConditions({ method, if_match }: Route, headers: Headers): void {
  if (SAFE.includes(method)) return;
  if (if_match === 'required' && !headers.has('if-match'))
    throw refused(428, 'If-Match is missing: send the ETag of the version that your change was made from');
  if (if_match === undefined && (headers.get('if-match') ?? '*').trim() !== '*')
    throw refused(412, 'If-Match is not checked here, so nothing was changed: leave it out');
  if (headers.has('if-none-match'))
    throw refused(412, 'If-None-Match is not checked for changes, so nothing was changed: leave it out');
}

function refused(status: 412 | 428, message: string): Refusal {
  return new Refusal(status, [{ code: CODES.lost_race, message }], { 'x-should-retry': 'false' });
}
