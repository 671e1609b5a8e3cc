import { CODES, Refusal } from '../refusal.ts';

// Every refusal about access. Statuses, codes and words are Cloudflare's where they are known to the public.

/** RFC 9110 section 11.6.1 requires it with 401. No browser asks for a password because of it, as it does for Basic. */
const CHALLENGE = { 'www-authenticate': 'Bearer realm="Plimsoll console"' };

const NO_HEADER =
  'Missing X-Auth-Key, X-Auth-Email or Authorization headers: send `Authorization: Bearer TOKEN`';

/** 401: the request shows nothing. */
export function missingCredentials(message = NO_HEADER): Refusal {
  return new Refusal(401, [{ code: CODES.missing_credentials, message }], CHALLENGE);
}

/** 400: the header Authorization is not `Bearer TOKEN`. */
export function malformedAuthorization(): Refusal {
  const chain = [{ code: 6_111, message: 'Invalid format for Authorization header' }];
  const message = 'Invalid request headers: Authorization is not `Bearer TOKEN`; send one token';
  return new Refusal(400, [{ code: CODES.invalid_header, message, error_chain: chain }]);
}

/** 401: the token, session or assertion lets nobody in. @param why goes on after `Invalid API Token: ` */
export function invalidCredentials(why: string, headers: Record<string, string> = {}): Refusal {
  const message = `Invalid API Token: ${why}`;
  return new Refusal(401, [{ code: CODES.invalid_token, message }], { ...CHALLENGE, ...headers });
}

/** 403: the sender is known or the console is closed, and a token would not help. */
export function forbidden(why: string): Refusal {
  return new Refusal(403, [{ code: CODES.forbidden, message: why }]);
}

/** 429: too many wrong tokens came from this address. */
export function tooManyWrongTokens(retry_after_s: number): Refusal {
  const message = `too many wrong tokens from this address: try again in ${retry_after_s} s with a valid token`;
  return new Refusal(429, [{ code: CODES.too_many, message }], { 'retry-after': String(retry_after_s) });
}

/** 503: something that must answer does not, so nobody knows whether the sender may pass. */
export function cannotCheck(what: string, cause: unknown): Refusal {
  console.error(`console: ${what}: ${cause instanceof Error ? cause.message : String(cause)}`);
  const message = `${what}, so access cannot be checked: try again`;
  return new Refusal(503, [{ code: CODES.internal, message }], { 'retry-after': '5' });
}
