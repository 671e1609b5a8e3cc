import { clientKey } from '../../../shared/hashing/client_key.ts';
import { xxh64 } from '../../../shared/hashing/xxh64.ts';
import type { RateLimitKey } from '../../../shared/model/config.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { factOf } from '../request/facts.ts';

/** Longer values (a token, a whole cookie) are hashed, because the platform does not document how long a key may be. */
const MAX_VALUE = 128;

/**
 * Returns the key whose counter a request is counted on. Balancers that share a limiter have separate counters, and so do
 * headers and cookies. A request without the header or cookie counts for its client address. All unknown addresses share one key.
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
