import { absorb, absorbUnit, finished, type Lanes } from './lanes.ts';

// Weighted rendezvous hashing (Thaler & Ravishankar 1998, with the logarithmic weights of Schindelhauer & Schomaker 2005). It
// needs no table, and removing a node moves only that node's keys.

/** A target of keys. */
export interface RendezvousNode {
  /** Stable and unique. */
  key: string;
  /** Above 0. A key is this node's with probability weight / sum of weights. */
  weight: number;
}

/**
 * The keys of all nodes in order of preference for `key`: its own node first, then those that take over if the nodes before are
 * missing. It depends only on the set of nodes, not on their order.
 */
export function rendezvous(nodes: readonly RendezvousNode[], key: string): string[] {
  const ids = nodes.map((node) => node.key);
  const weights = nodes.map(({ weight }) => weight);
  return rendezvousOrder(ids, weights, key, nodes.length);
}

/** The items themselves, as {@link rendezvous} orders their ids. @param weightOf above 0 */
export function byPreference<T extends { readonly id: string; readonly weight?: number }>(
  items: readonly T[],
  key: string,
  weightOf: (item: T) => number = ({ weight = 1 }) => weight,
): T[] {
  const nodes = items.map((item) => ({ key: item.id, weight: weightOf(item) }));
  return rendezvous(nodes, key).flatMap((id) => items.find((item) => item.id === id) ?? []);
}

/** The first `count` of {@link rendezvous}, of two lists. It runs for every request and allocates almost nothing. */
export function rendezvousOrder(
  ids: readonly string[],
  weights: readonly number[],
  key: string,
  count: number,
): string[] {
  // The key is hashed once, and each node continues from there. The 0 separates `a` + `bc` from `ab` + `c`.
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

/** The higher score comes first. In a tie, the lesser id. */
function isBefore(score: number, id: string, other_score: number, other_id: string): boolean {
  return score > other_score || (score === other_score && id < other_id);
}

/** Uniform in (0, 1), with 53 good bits. The half keeps it away from 0 and 1, where the logarithm is useless. */
function unit(lanes: Lanes): number {
  return (finished(lanes) + 0.5) / 2 ** 53;
}
