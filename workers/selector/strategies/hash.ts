import { rendezvous } from '../../../shared/hashing/rendezvous.ts';
import { keyed } from '../keyed.ts';

/**
 * The same key to the same target: weighted rendezvous over the client's address, IPv6 by /64, or over `key`. The
 * whole order is the failover order, so a target that leaves moves its own clients and no others.
 */
export const hash = keyed('hash', true, (targets, key) =>
  rendezvous(
    targets.map(({ id, weight }) => ({ key: id, weight })),
    key,
  ),
);
