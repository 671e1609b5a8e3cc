import { crc32 } from '../../../shared/hashing/crc32.ts';
import type { Balancer, Session } from '../../../shared/model/config.ts';
import { poolsOf } from '../../../shared/model/pools_of.ts';
import type { Exchange } from '../exchange/exchange.ts';

const names = new WeakMap<Balancer, string>();

/**
 * The name of a session's cookie. Requests that rules send to other pools have sessions of their own: one cookie for
 * both would lead the ones to where only the others may be served, and be rewritten with every change between them.
 */
export function cookieOf({ balancer, rules, compiled }: Exchange, { cookie }: Session): string {
  if (rules === undefined) return cookie;
  let name = names.get(balancer);
  if (name === undefined) {
    const plain = compiled.document.config.balancers.find(({ id }) => id === balancer.id);
    const pools = poolsOf(balancer).sort().join();
    const same = plain !== undefined && poolsOf(plain).sort().join() === pools;
    name = same
      ? cookie
      : `${cookie}_${crc32(new TextEncoder().encode(pools)).toString(16).padStart(8, '0')}`;
    names.set(balancer, name);
  }
  return name;
}
