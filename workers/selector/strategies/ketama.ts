import { type KetamaNode, type KetamaRing, ketamaRing } from '../../../shared/hashing/ketama.ts';
import { keyed } from '../keyed.ts';
import type { Target } from '../strategy.ts';
import { withTwins } from '../twins.ts';

interface Node extends KetamaNode {
  id: string;
}

/** Rings by list and scale: the selector hands in the same list until the configuration or health changes. */
const rings = new WeakMap<readonly Target[], { scale: number; ring: KetamaRing<Node> }>();

/**
 * Ketama: the mapping of nginx's `hash KEY consistent`, for who moves from there with warm caches. An origin's weight
 * there is its `weight` here times `weight_scale`. Shares are as uneven as nginx's; without nginx to match, `hash` is
 * even.
 */
export const ketama = keyed('ketama', true, (targets, key, count, { weight_scale }) => {
  let kept = rings.get(targets);
  if (kept?.scale !== weight_scale) {
    const nodes = withTwins(targets).map((target) => nodeOf(target, weight_scale));
    kept = { scale: weight_scale, ring: ketamaRing(nodes) };
    rings.set(targets, kept);
  }
  const order: string[] = [];
  for (const { id } of kept.ring.walk(key)) {
    order.push(id);
    if (order.length >= count) break;
  }
  return order;
});

/** The least weight that still has a point on the ring. */
const ONE_POINT = 1 / 160;

/**
 * A second origin with the same host and port has its id in its name, and so points and keys of its own. nginx has one
 * node for both and gives its keys to each of them in turn, request by request.
 */
function nodeOf({ id, host = id, port = 0, twin, weight }: Target, scale: number): Node {
  return { id, host: twin ? `${host}\0${id}` : host, port, weight: Math.max(weight * scale, ONE_POINT) };
}
