/**
 * The prefix of our cookies' names.
 *
 * It is not `__Host-`, which requires `Secure` and `Path=/`: clients may use plain HTTP, and a balancer may have a path. That
 * prefix would keep out a value planted by a sibling domain. So does the signature, unless the value is one that we gave to
 * another client, and then it leads to an origin like any other.
 */
export const COOKIE_PREFIX = '__plimsoll';
