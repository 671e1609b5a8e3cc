// Weighted rendezvous hashing (Thaler & Ravishankar 1998; logarithmic weights as in Schindelhauer & Schomaker
// 2005): no table, and a node that leaves moves its own keys and no others.

/** What keys are spread over. */
export interface RendezvousNode {
  /** Stable and unique. */
  key: string;
  /** Above 0, relative: P(a key is this node's) = weight / sum of weights. */
  weight: number;
}

/** Two 32-bit lanes of a hash in progress. */
type Lanes = [number, number];

/**
 * The keys of `nodes` in the order of preference for `key`: the first is the key's node, the others are where it
 * goes while those before are missing. It depends on the set of nodes alone, not on their order.
 */
export function rendezvous(nodes: readonly RendezvousNode[], key: string): string[] {
  // The key is hashed once; each node goes on from there. The 0 keeps `a` + `bc` apart from `ab` + `c`.
  const start = absorbUnit(absorb([0x9e3779b9, 0x85ebca6b], key), 0);
  return nodes
    .map((node) => ({ node: node.key, score: -node.weight / Math.log(unit(absorb([...start], node.key))) }))
    .sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1))
    .map(({ node }) => node);
}

/**
 * Two lanes of 32-bit arithmetic in the manner of MurmurHash3 and not a 64-bit hash: JavaScript has 64-bit
 * integers as BigInt alone, which allocates at every step, and this runs for every node and key.
 */
function absorb(lanes: Lanes, text: string): Lanes {
  for (let i = 0; i < text.length; i++) absorbUnit(lanes, text.charCodeAt(i));
  return lanes;
}

function absorbUnit(lanes: Lanes, unit: number): Lanes {
  let [a, b] = lanes;
  a ^= Math.imul(unit, 0xcc9e2d51);
  a = Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64;
  b ^= Math.imul(unit, 0x1b873593);
  b = Math.imul((b << 15) | (b >>> 17), 9) + 0x38495ab5;
  lanes[0] = a | 0;
  lanes[1] = b | 0;
  return lanes;
}

/**
 * Uniform in (0, 1), with 53 good bits. The ids of origins are short and alike (`eu/eu-1`, `eu/eu-2`), hence the
 * finaliser: each lane is mixed into the other, so that every input bit reaches every bit of the result.
 */
function unit([a, b]: Lanes): number {
  const high = finish(a ^ finish(b)) >>> 0;
  const low = finish(b ^ finish(high)) >>> 0;
  // 32 + 21 bits. The half keeps the result off 0 and 1, where the logarithm has no use.
  return (high * 0x20_0000 + (low >>> 11) + 0.5) / 2 ** 53;
}

/** MurmurHash3's finaliser for 32 bits. */
function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
