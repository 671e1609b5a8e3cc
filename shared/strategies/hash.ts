import { keyed } from './keyed.ts';

/**
 * The same key to the same target: weighted rendezvous hashing over the client's address, IPv6 by /64, or over `key`. The
 * whole order is the failover order, so a target that leaves moves its own clients and no others.
 */
export const hash = keyed({
  name: 'hash',
  about: 'The same key to the same target (weighted rendezvous).',
  levels: ['pools', 'origins'],
  weighted: true,
  mapOf: (targets) => ({
    by: 'rendezvous',
    ids: targets.map(({ id }) => id),
    weights: targets.map(({ weight }) => weight),
  }),
});
