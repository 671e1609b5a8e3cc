import { crc32 } from '../../../shared/hashing/crc32.ts';
import { getOrMake } from '../../../shared/maps.ts';
import type { Balancer, Session } from '../../../shared/model/config.ts';
import { poolsOf } from '../../../shared/model/effective.ts';
import type { Exchange } from '../exchange/exchange.ts';

const names = new WeakMap<Balancer, string>();

/**
 * The name of a session's cookie. Requests that rules send to other pools have sessions of their own. With a shared cookie, a
 * client could be pinned to an origin that its current rule does not allow, and each change of rules would rewrite the cookie.
 */
export function cookieOf({ balancer, rules, compiled }: Exchange, { cookie }: Session): string {
  if (rules === undefined) return cookie;
  return getOrMake(names, balancer, () => {
    const plain = compiled.document.config.balancers.find(({ id }) => id === balancer.id);
    const pools = poolNames(balancer);
    if (plain !== undefined && poolNames(plain) === pools) return cookie;
    return `${cookie}_${crc32(new TextEncoder().encode(pools)).toString(16).padStart(8, '0')}`;
  });
}

function poolNames(balancer: Balancer): string {
  return poolsOf(balancer).sort().join();
}
