import { jumpHash } from '../../../shared/hashing/jump.ts';
import { xxh64 } from '../../../shared/hashing/xxh64.ts';
import { keyed } from '../keyed.ts';
import type { Target } from '../strategy.ts';

const encoder = new TextEncoder();
/** How often a key is hashed anew for each target that is wanted, before the rest stands as listed. */
const TRIES = 8;

/** Targets by the number of their shard, by list. */
const shelves = new WeakMap<readonly Target[], Map<number, string>>();

/**
 * Jump hash: for origins that are numbered shards, as the configuration lists them, and grow or shrink at the end. All
 * of them count, whatever their health: a key whose shard is missing is hashed again until it finds one, so that an
 * outage moves the keys of its own shard and no others. Weights do not matter.
 */
export const jump = keyed('jump', false, (targets, key, count) => {
  const shelf = shelfOf(targets);
  const shards = targets[0]?.shards ?? targets.length;
  const bytes = encoder.encode(key);
  const wanted = Math.min(count, targets.length);
  const order = new Set<string>();
  for (let attempt = 0; order.size < wanted && attempt < wanted * TRIES; attempt++) {
    const id = shelf.get(jumpHash(xxh64(bytes, BigInt(attempt)), shards));
    if (id !== undefined) order.add(id);
  }
  for (const { id } of targets) {
    if (order.size >= wanted) break;
    order.add(id);
  }
  return [...order];
});

function shelfOf(targets: readonly Target[]): Map<number, string> {
  let shelf = shelves.get(targets);
  if (shelf === undefined) {
    shelf = new Map(targets.map(({ id, shard }, index) => [shard ?? index, id]));
    shelves.set(targets, shelf);
  }
  return shelf;
}
