/**
 * How the names of our cookies begin; nobody else's do.
 *
 * Not `__Host-`: that needs `Secure` and so HTTPS, `Path=/`, and a balancer may be reached by plain HTTP or have a path.
 * What the prefix keeps out, a value planted by a sibling domain, the signature keeps out as well, except for a value
 * that we gave to somebody else, which then leads to an origin like any other.
 */
export const COOKIE_PREFIX = '__plimsoll';
