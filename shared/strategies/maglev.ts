import { compact } from '../hashing/key_map.ts';
import { isPrime, maglevTable } from '../hashing/maglev.ts';
import { keyed } from './keyed.ts';
import type { Target } from './strategy.ts';
import { withTwins } from './twins.ts';

/**
 * Maglev: a table as Envoy makes it, one look-up a request however many origins there are. A node's key is what Envoy
 * hashes, `host:port`. Failover follows Envoy's retries: the hash is changed and looked up again.
 */
export const maglev = keyed({
  name: 'maglev',
  about: 'The table that Envoy makes: one look-up a request, however many origins.',
  levels: ['origins'],
  options: {
    table_size: {
      about: 'slots of the table, a prime. At least 100 an origin keep other keys in place when one leaves.',
      // Envoy's. It is more than 100 slots an origin up to 655 origins.
      default: 65_537,
      range: [7, 5_000_011],
      whole: true,
      only: { holds: isPrime, allowed: 'a prime number' },
    },
  },
  makes_table: true,
  weighted: true,
  size: ({ table_size }) => table_size,
  mapOf: (targets, { table_size }) => {
    const nodes = withTwins(targets).map((target) => ({ key: nodeKey(target), weight: target.weight }));
    const slots = compact(maglevTable(nodes, table_size), targets.length);
    return { by: 'maglev', ids: targets.map(({ id }) => id), slots };
  },
});

/**
 * The address as Envoy writes it. A pool has no address, so it goes by its id. So does a second origin with the same host and
 * port, because Envoy has no two hosts of one address.
 */
function nodeKey({ id, host, port = 0, twin }: Target): string {
  if (host === undefined || twin) return id;
  return port === 0 ? host : `${host}:${port}`;
}
