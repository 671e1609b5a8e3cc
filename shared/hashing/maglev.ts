import { xxh64 } from './xxh64.ts';

// Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4). Weights, hash and order are the same as Envoy's, bit for bit:
// envoyproxy/envoy, source/extensions/load_balancing_policies/maglev/maglev_lb.cc

/** A target that gets slots. */
export interface MaglevNode {
  /** What Envoy hashes: `10.0.0.1:8080`, or the hostname with `use_hostname_for_hashing`. Unique. */
  key: string;
  /** Relative; 0: no slots. */
  weight: number;
}

const encoder = new TextEncoder();
const ALL_64 = (1n << 64n) - 1n;

/**
 * Distributes the slots of a table among nodes. In each turn a node takes the next free slot of its own order, and the heaviest
 * nodes have a turn in every round, so shares match the weights to about one slot. The table depends only on the set of nodes,
 * not on their order. Removing a node moves few keys of other nodes, fewer in a larger table.
 *
 * @param size number of slots, a prime, at least 100 per node
 * @returns for each slot an index into `nodes`; empty without nodes
 * @throws {RangeError} unless `size` is prime
 */
export function maglevTable(nodes: readonly MaglevNode[], size: number): Uint32Array {
  if (!isPrime(size)) throw new RangeError(`the size of a Maglev table must be prime, got ${size}`);
  const total = nodes.reduce((sum, { weight }) => sum + weight, 0);
  const turns = nodes
    .map(({ key, weight }, index) => ({ key, ...turnOf(key, size), share: weight / total, index }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return fillSlots(turns, size);
}

/** A node's own order of slots: where it begins, and the step to the next. */
export interface MaglevTurn {
  /** The value of its slots. */
  index: number;
  slot: number;
  skip: number;
  /** Its share of the total weight, above 0. */
  share: number;
}

/** Lets nodes take slots in turn, in the order given, until all are taken. Part of {@link maglevTable}. */
export function fillSlots(turns: readonly MaglevTurn[], size: number): Uint32Array {
  if (turns.length === 0) return new Uint32Array();
  const largest = turns.reduce((most, { share }) => Math.max(most, share), 0);
  // A node has a turn in a round if round * share has reached what it is due.
  const moving = turns.map((turn) => ({ ...turn, due: 0 }));
  const slots = new Uint32Array(size);
  const taken = new Uint8Array(size);
  let left = size;
  for (let round = 1; left > 0; round++) {
    for (const each of moving) {
      if (left === 0) break;
      // Keep doubles and this form: other rounding than Envoy's would change whole tables.
      if (round * each.share < each.due) continue;
      each.due += largest;
      while (taken[each.slot] === 1) each.slot = (each.slot + each.skip) % size;
      slots[each.slot] = each.index;
      taken[each.slot] = 1;
      each.slot = (each.slot + each.skip) % size;
      left--;
    }
  }
  return slots;
}

/**
 * The index of a request's node.
 * @param hash {@link maglevHash} of the request's key
 * @param attempt 0 for the first; later attempts change the hash as Envoy's retries do
 */
export function maglevLookup(table: ArrayLike<number>, hash: bigint, attempt = 0): number {
  const moved = attempt === 0 ? hash : hash ^ (ALL_64 - BigInt(attempt) + 1n);
  return table[Number(moved % BigInt(table.length))] ?? 0;
}

/** The hash of a request's key: xxHash64 with seed 0. */
export function maglevHash(key: string): bigint {
  return xxh64(encoder.encode(key), 0n);
}

function turnOf(key: string, size: number): Pick<MaglevTurn, 'slot' | 'skip'> {
  const bytes = encoder.encode(key);
  return {
    slot: Number(xxh64(bytes, 0n) % BigInt(size)),
    skip: Number(xxh64(bytes, 1n) % BigInt(size - 1)) + 1,
  };
}

/** Whether a whole number is prime, by trial division. For table sizes, not for cryptography. */
export function isPrime(number: number): boolean {
  if (number % 2 === 0) return number === 2;
  for (let divisor = 3; divisor * divisor <= number; divisor += 2) if (number % divisor === 0) return false;
  return number > 1;
}
