import { crc32 } from './crc32.ts';

// Ketama as nginx's `hash KEY consistent` maps it, so that a user who moves from there keeps warm caches:
// nginx/nginx, src/http/modules/ngx_http_upstream_hash_module.c

/** What keys are spread over. */
export interface KetamaNode {
  /** As the `server` line of nginx has it, not resolved. */
  host: string;
  /** 0 or empty: none is written there. */
  port: number | string;
  /** nginx's: a whole number. A fraction is rounded to points. */
  weight: number;
}

/** Points of a node of weight 1. */
const POINTS = 160;

const encoder = new TextEncoder();

/** A ring of points, each of one node; a key belongs to the first point at its hash or above. */
export interface KetamaRing<T extends KetamaNode> {
  /** In the order of their names. */
  nodes: readonly T[];
  /** Ascending. */
  points: Uint32Array;
  /** Of each point, an index into `nodes`. */
  owners: Uint32Array;
  /** The node of a key; undefined: there is none. */
  lookup(key: string): T | undefined;
  /** All nodes, each once, from the one of the key onwards: where the key goes while those before are missing. */
  walk(key: string): Generator<T, void>;
}

/**
 * Puts 160 points times its weight on the ring for every node. A node that leaves moves its own keys and no others.
 * Shares are uneven, by about 1/√points. It depends on the set of nodes alone, not on their order.
 *
 * @param nodes pairs of host and port are unique
 */
export function ketamaRing<T extends KetamaNode>(nodes: readonly T[]): KetamaRing<T> {
  // The order of names settles which of two nodes has a point that fell to both.
  const sorted = [...nodes].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const owners = new Map<number, number>();
  for (const [index, node] of sorted.entries()) {
    for (const point of pointsOf(node)) if (!owners.has(point)) owners.set(point, index);
  }
  const points = Uint32Array.from(owners.keys()).sort();
  const indices = Uint32Array.from(points, (point) => owners.get(point) ?? 0);

  function* walk(key: string): Generator<T, void> {
    const start = firstAt(points, crc32(encoder.encode(key)));
    const seen = new Set<number>();
    for (let step = 0; step < points.length && seen.size < sorted.length; step++) {
      const index = indices[(start + step) % points.length] ?? 0;
      if (seen.has(index)) continue;
      seen.add(index);
      const node = sorted[index];
      if (node !== undefined) yield node;
    }
  }
  const found = { nodes: sorted, points, owners: indices };
  return {
    ...found,
    walk,
    lookup: (key) => sorted[indices[firstAt(points, crc32(encoder.encode(key)))] ?? -1],
  };
}

function nameOf({ host, port }: KetamaNode): string {
  return `${host}\0${port || ''}`;
}

/** Each point is hashed together with the one before it. */
function* pointsOf(node: KetamaNode): Generator<number> {
  const base = crc32(encoder.encode(nameOf(node)));
  const count = Math.round(POINTS * node.weight);
  const before = new DataView(new ArrayBuffer(4));
  const bytes = new Uint8Array(before.buffer);
  for (let i = 0; i < count; i++) {
    const point = crc32(bytes, base);
    yield point;
    before.setUint32(0, point, true);
  }
}

/** The index of the first point at `hash` or above; after the last comes the first. */
export function firstAt(points: Uint32Array, hash: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low === points.length ? 0 : low;
}
