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
 */
export function rendezvous(nodes: readonly RendezvousNode[], key: string): string[] {
  const ids = nodes.map((node) => node.key);
  const weights = nodes.map(({ weight }) => weight);
  return rendezvousOrder(ids, weights, key, nodes.length);
}

/**
 * The first `count` of {@link rendezvous}, for nodes whose keys and weights stand in two lists. It runs for every request and
 * allocates next to nothing.
 */
export function rendezvousOrder(
  ids: readonly string[],
  weights: readonly number[],
  key: string,
  count: number,
): string[] {
  // The key is hashed once; each node goes on from there. The 0 keeps `a` + `bc` apart from `ab` + `c`.
  const [a, b] = absorbUnit(absorb([0x9e3779b9, 0x85ebca6b], key), 0);
  const lanes: Lanes = [0, 0];
  const order: string[] = [];
  const scores: number[] = [];
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? '';
    lanes[0] = a;
    lanes[1] = b;
    const score = -(weights[index] ?? 1) / Math.log(unit(absorb(lanes, id)));
    let at = order.length;
    while (at > 0 && isBefore(score, id, scores[at - 1] ?? 0, order[at - 1] ?? '')) at--;
    if (at >= count) continue;
    order.splice(at, 0, id);
    scores.splice(at, 0, score);
    if (order.length > count) order.length = scores.length = count;
  }
  return order;
}

/** The higher score; the lesser name of two that have the same. */
function isBefore(score: number, id: string, other_score: number, other_id: string): boolean {
  return score > other_score || (score === other_score && id < other_id);
}

/** Uniform in (0, 1), with 53 good bits. The half keeps it off 0 and 1, where the logarithm has no use. */
function unit(lanes: Lanes): number {
  return (finished(lanes) + 0.5) / 2 ** 53;
}
