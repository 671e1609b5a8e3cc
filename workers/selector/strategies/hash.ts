import { clientKey } from '../../../shared/client_key.ts';
import { rendezvous } from '../../../shared/hashing/rendezvous.ts';
import type { Strategy } from '../strategy.ts';
import { weightedOrder } from '../weighted_order.ts';

/**
 * The same client to the same target: weighted rendezvous over its address, IPv6 by /64. The whole order is the
 * failover order, so a target that leaves moves its own clients and no others.
 *
 * Requests whose address is not known are drawn at random, and that order serves one request: repeated, it would
 * send all of them to one target for as long as the answer is kept.
 */
export const hash: Strategy<'client_address'> = {
  name: 'hash',
  reads: ['client_address'],
  use: 'repeat',
  weighted: true,
  rank(targets, { client_address }, draw, { limit }) {
    if (client_address === undefined || client_address === '') {
      return { order: weightedOrder(targets, draw, limit), use: 'once' };
    }
    return {
      order: rendezvous(
        targets.map(({ id, weight }) => ({ key: id, weight })),
        clientKey(client_address),
      ),
    };
  },
};
