import { type KetamaNode, ketamaRing } from '../hashing/ketama.ts';
import { compact } from '../hashing/key_map.ts';
import { keyed } from './keyed.ts';
import type { Target } from './strategy.ts';
import { withTwins } from './twins.ts';

interface Node extends KetamaNode {
  id: string;
}

/**
 * Ketama: the mapping of nginx's `hash KEY consistent`, for moving from nginx with warm caches. An origin's weight in nginx is
 * its `weight` here times `weight_scale`. Shares are as uneven as nginx's. Without an nginx to match, use `hash`, which is even.
 */
export const ketama = keyed({
  name: 'ketama',
  about: "The mapping of nginx's consistent hash.",
  levels: ['origins'],
  options: {
    weight_scale: {
      about: "nginx's weight of an origin whose `weight` is 1. Each 1 of it is 160 points.",
      default: 1,
      range: [0.01, 1_000],
    },
  },
  makes_table: true,
  weighted: true,
  size: ({ weight_scale }) => weight_scale,
  mapOf: (targets, { weight_scale }) => {
    const ring = ketamaRing(withTwins(targets).map((target) => nodeOf(target, weight_scale)));
    const ids = ring.nodes.map(({ id }) => id);
    return { by: 'ketama', ids, points: ring.points, owners: compact(ring.owners, ids.length) };
  },
});

/** The least weight that still has a point on the ring. */
const ONE_POINT = 1 / 160;

/**
 * A second origin with the same host and port has its id in its name, and therefore its own points and keys. nginx has one
 * node for both and gives its keys to each of them in turn, request by request.
 */
function nodeOf({ id, host = id, port = 0, twin, weight }: Target, scale: number): Node {
  return { id, host: twin ? `${host}\0${id}` : host, port, weight: Math.max(weight * scale, ONE_POINT) };
}
