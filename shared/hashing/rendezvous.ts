import { absorb, absorbUnit, finished, type Lanes } from './lanes.ts';

// Weighted rendezvous hashing (Thaler & Ravishankar 1998; logarithmic weights as in Schindelhauer & Schomaker
// 2005): no table, and a node that leaves moves its own keys and no others.

/** What keys are spread over. */
export interface RendezvousNode {
  /** Stable and unique. */
  key: string;
  /** Above 0, relative: P(a key is this node's) = weight / sum of weights. */
  weight: number;
}

/**
 * The keys of `nodes` in the order of preference for `key`: the first is the key's node, the others are where it
 * goes while those before are missing. It depends on the set of nodes alone, not on their order.
 * @param count how many are wanted; absent: all
 */
export function rendezvous(nodes: readonly RendezvousNode[], key: string, count = nodes.length): string[] {
  // The key is hashed once; each node goes on from there. The 0 keeps `a` + `bc` apart from `ab` + `c`.
  const start = absorbUnit(absorb([0x9e3779b9, 0x85ebca6b], key), 0);
  return nodes
    .map((node) => ({ node: node.key, score: -node.weight / Math.log(unit(absorb([...start], node.key))) }))
    .sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1))
    .slice(0, count)
    .map(({ node }) => node);
}

/** Uniform in (0, 1), with 53 good bits. The half keeps it off 0 and 1, where the logarithm has no use. */
function unit(lanes: Lanes): number {
  return (finished(lanes) + 0.5) / 2 ** 53;
}
