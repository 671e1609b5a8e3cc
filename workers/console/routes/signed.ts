import { WAYS, type Way } from '../../../shared/contracts/history.ts';
import type { Signed } from '../rpc.ts';
import type { Call } from './route.ts';

/** Longer comments are cut. */
const MAX_COMMENT_CHARS = 500;

/**
 * Who makes a change, and how: from the request, and for our own API from `way` and `comment` of the body.
 * @param standard the way of a body without one; default: `console` for the page, else `api`
 */
export function signedBy({ principal, from, query, body }: Call, standard?: Way): Signed {
  const { way, comment } = (body ?? {}) as { way?: unknown; comment?: unknown };
  const known = WAYS.find((one) => one === way);
  return {
    principal,
    from,
    way: known ?? standard ?? (principal.by === 'session' ? 'console' : 'api'),
    ...(typeof comment === 'string' && comment !== '' ? { comment: wellFormed(comment) } : {}),
    force: query['force'] === 'true',
  };
}

/** Without half a character at its end, which SQLite would store as other text. */
function wellFormed(comment: string): string {
  return comment
    .slice(0, MAX_COMMENT_CHARS)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
}

/** Method and path, for the audit. A query may have secrets, so it is left out. */
export function whatOf({ request }: Pick<Call, 'request'>): string {
  return `${request.method} ${new URL(request.url).pathname}`.slice(0, 200);
}
