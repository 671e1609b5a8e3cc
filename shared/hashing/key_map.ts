import type { Indices, KeyMap, KeyMaps } from '../contracts/key_map.ts';
import { crc32 } from './crc32.ts';
import { jumpHash } from './jump.ts';
import { firstAt } from './ketama.ts';
import { maglevHash, maglevLookup } from './maglev.ts';
import { rendezvousOrder } from './rendezvous.ts';
import { xxh64 } from './xxh64.ts';

/** Tries for each target that is wanted, in a Maglev table or with jump hash. After that the rest follows as listed. */
const MAGLEV_TRIES = 4;
const JUMP_TRIES = 8;

const encoder = new TextEncoder();

/**
 * The targets of a key in the order of preference: its own first, then where it goes while those before are missing.
 * @param count how many are wanted
 * @returns ids, none twice: `count` of them, or all if there are fewer. Entries of a map that point nowhere are skipped
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
 * {@link orderByKey}, where some targets are in their slow start. Behind such a target come those that had its keys while it was
 * away. Only the table made without it knows them: a second look into the whole table may find another target.
 */
export function orderByKeys({ whole, settled }: KeyMaps, key: string, count: number): string[] {
  const order = orderByKey(whole, key, count);
  const [first] = order;
  if (first === undefined || settled === undefined || settled.ids.includes(first)) return order;
  return [...new Set([first, ...orderByKey(settled, key, count), ...order])].slice(0, count);
}

/** Indices into `ids` in the order of preference; some come several times. */
function* indicesOf(map: Exclude<KeyMap, { by: 'rendezvous' }>, key: string, wanted: number) {
  switch (map.by) {
    case 'maglev': {
      // As Envoy's retries: the hash is changed and looked up again.
      const hash = maglevHash(key);
      if (map.slots.length === 0) return;
      for (let attempt = 0; attempt < wanted * MAGLEV_TRIES; attempt++)
        yield maglevLookup(map.slots, hash, attempt);
      return;
    }
    case 'ketama': {
      const { points, owners } = map;
      const start = firstAt(points, crc32(encoder.encode(key)));
      for (let step = 0; step < points.length; step++) yield owners[(start + step) % points.length] ?? -1;
      return;
    }
    case 'jump': {
      // A key whose shard is missing is hashed again until it finds one.
      const bytes = encoder.encode(key);
      for (let attempt = 0; attempt < wanted * JUMP_TRIES; attempt++)
        yield indexOfShard(map.numbers, jumpHash(xxh64(bytes, BigInt(attempt)), map.shards));
    }
  }
}

/** The index of a shard: its number, or a little less if shards before it are missing. */
function indexOfShard(numbers: readonly number[], shard: number): number {
  const near = numbers.lastIndexOf(shard, shard);
  return near === -1 ? numbers.indexOf(shard) : near;
}

/** `values` in as few bytes each as `count` different ones need. */
export function compact(values: ArrayLike<number>, count: number): Indices {
  if (count <= 0x100) return Uint8Array.from(values);
  if (count <= 0x1_0000) return Uint16Array.from(values);
  return Uint32Array.from(values);
}

/** Bytes that a map takes in memory, about: what its arrays hold, and 64 for each target (its id, its weight). */
export function sizeOf(map: KeyMap): number {
  const targets = map.ids.length * 64;
  if (map.by === 'maglev') return targets + map.slots.byteLength;
  return map.by === 'ketama' ? targets + map.points.byteLength + map.owners.byteLength : targets;
}
