import type { Indices, KeyMap, KeyMaps } from '../contracts/key_map.ts';
import { crc32 } from './crc32.ts';
import { jumpHash } from './jump.ts';
import { firstAt } from './ketama.ts';
import { maglevHash, maglevLookup } from './maglev.ts';
import { rendezvousOrder } from './rendezvous.ts';
import { xxh64 } from './xxh64.ts';

/** Lookups per wanted target in a Maglev table or with jump hash. After them the other targets follow in the order listed. */
const MAGLEV_TRIES = 4;
const JUMP_TRIES = 8;
/** The most lookups for one key. Without it a broken map of 10,000 targets would cost a gateway seconds for each request. */
const MAX_TRIES = 512;

const encoder = new TextEncoder();

/**
 * The targets of a key in order of preference: its own first, then the targets that take over if those before are missing.
 * @param count how many are wanted
 * @returns ids without duplicates: `count` of them, or all if there are fewer. Invalid indices in a map are skipped
 */
export function orderByKey(map: KeyMap, key: string, count: number): string[] {
  if (map.by === 'rendezvous') return rendezvousOrder(map.ids, map.weights, key, count);
  const { ids } = map;
  const wanted = Math.min(count, ids.length);
  const found = new Set<string>();
  for (const index of indicesOf(map, key, wanted)) {
    if (found.size >= wanted) break;
    const id = ids[index];
    if (id !== undefined) found.add(id);
  }
  for (const id of ids) {
    if (found.size >= wanted) break;
    found.add(id);
  }
  return [...found];
}

/**
 * {@link orderByKey} for targets of which some are in a slow start. After such a target come the targets that had its keys
 * while it was away. Only the map without it knows them; the next target in the whole map may be another one.
 */
export function orderByKeys({ whole, settled }: KeyMaps, key: string, count: number): string[] {
  const order = orderByKey(whole, key, count);
  const [first] = order;
  if (first === undefined || settled === undefined || settled.ids.includes(first)) return order;
  return [...new Set([first, ...orderByKey(settled, key, count), ...order])].slice(0, count);
}

/** Indices into `ids` in order of preference, with repetitions. */
function* indicesOf(map: Exclude<KeyMap, { by: 'rendezvous' }>, key: string, wanted: number) {
  switch (map.by) {
    case 'maglev': {
      // As Envoy's retries do: each attempt looks up a changed hash.
      const hash = maglevHash(key);
      if (map.slots.length === 0) return;
      const tries = Math.min(wanted * MAGLEV_TRIES, MAX_TRIES);
      for (let attempt = 0; attempt < tries; attempt++) yield maglevLookup(map.slots, hash, attempt);
      return;
    }
    case 'ketama': {
      const { points, owners } = map;
      const start = firstAt(points, crc32(encoder.encode(key)));
      for (let step = 0; step < points.length; step++) yield owners[(start + step) % points.length] ?? -1;
      return;
    }
    case 'jump': {
      // If a key's shard is missing, the key is hashed again.
      const bytes = encoder.encode(key);
      const tries = Math.min(wanted * JUMP_TRIES, MAX_TRIES);
      for (let attempt = 0; attempt < tries; attempt++)
        yield indexOfShard(map.numbers, jumpHash(xxh64(bytes, BigInt(attempt)), map.shards));
    }
  }
}

/** The index of a shard, or -1. It is at most the shard's number, and less where shards before it are missing. */
function indexOfShard(numbers: readonly number[], shard: number): number {
  const near = numbers.lastIndexOf(shard, shard);
  return near === -1 ? numbers.indexOf(shard) : near;
}

/** `values` below `count`, each in as few bytes as possible. */
export function compact(values: ArrayLike<number>, count: number): Indices {
  if (count <= 0x100) return Uint8Array.from(values);
  if (count <= 0x1_0000) return Uint16Array.from(values);
  return Uint32Array.from(values);
}

/** The approximate memory of a map in bytes: its arrays, and 64 for the id and weight of each target. */
export function sizeOf(map: KeyMap): number {
  const targets = map.ids.length * 64;
  if (map.by === 'maglev') return targets + map.slots.byteLength;
  return map.by === 'ketama' ? targets + map.points.byteLength + map.owners.byteLength : targets;
}
