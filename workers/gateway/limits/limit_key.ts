import { clientKey } from '../../../shared/hashing/client_key.ts';
import { xxh64 } from '../../../shared/hashing/xxh64.ts';
import type { RateLimitKey } from '../../../shared/model/config.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factOf } from '../request/facts.ts';

/** Longer values (a token, a whole cookie) are counted by their hash: what the platform takes for a key is not stated. */
const MAX_VALUE = 128;

/**
 * What a request counts for. Balancers that share a limiter have counters of their own, and so have headers and
 * cookies; a request that lacks its own counts for its client. Unknown clients are one client.
 */
export function limitKey(by: RateLimitKey, exchange: Exchange): string {
  const { balancer, client } = exchange;
  if (by === 'balancer') return balancer.id;
  const value = by === 'client_address' ? '' : factOf(by, exchange);
  return value === ''
    ? `${balancer.id}\nclient_address\n${clientKey(client.address)}`
    : `${balancer.id}\n${by}\n${value.length > MAX_VALUE ? hashed(value) : value}`;
}

function hashed(value: string): string {
  return xxh64(new TextEncoder().encode(value), 0n).toString(16);
}
