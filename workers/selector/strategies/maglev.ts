import { maglevHash, maglevLookup, maglevTable } from '../../../shared/hashing/maglev.ts';
import { keyed } from '../keyed.ts';
import type { Target } from '../strategy.ts';
import { withTwins } from '../twins.ts';

/** Tables by list: the selector hands in the same list until the configuration or health changes. */
const tables = new WeakMap<readonly Target[], Uint32Array>();

/** How often the table is asked for each target that is wanted, before the rest stands as listed. */
const TRIES = 4;

/**
 * Maglev: a table as Envoy makes it, one look-up a request however many origins there are. A node's key is what Envoy
 * hashes, `host:port`. Failover follows Envoy's retries: the hash is changed and looked up again.
 */
export const maglev = keyed('maglev', true, (targets, key, count, { table_size }) => {
  let table = tables.get(targets);
  if (table?.length !== table_size) {
    table = maglevTable(
      withTwins(targets).map((target) => ({ key: nodeKey(target), weight: target.weight })),
      table_size,
    );
    tables.set(targets, table);
  }
  const hash = maglevHash(key);
  const wanted = Math.min(count, targets.length);
  const chosen = new Set<number>();
  for (let attempt = 0; chosen.size < wanted && attempt < wanted * TRIES; attempt++) {
    chosen.add(maglevLookup(table, hash, attempt));
  }
  for (let rest = 0; chosen.size < wanted; rest++) chosen.add(rest);
  return [...chosen].flatMap((index) => targets[index]?.id ?? []);
});

/**
 * As Envoy writes an address. What has none, a pool, is known by its id, and so is a second origin with the same host and
 * port: Envoy has no two hosts of one address.
 */
function nodeKey({ id, host, port = 0, twin }: Target): string {
  if (host === undefined || twin) return id;
  return port === 0 ? host : `${host}:${port}`;
}
