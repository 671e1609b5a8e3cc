import { crc32 } from './crc32.ts';

// Ketama with the mapping of nginx's `hash KEY consistent`, so that users who migrate from nginx keep warm caches:
// nginx/nginx, src/http/modules/ngx_http_upstream_hash_module.c

/** A target of keys. */
export interface KetamaNode {
  /** As on nginx's `server` line, not resolved. */
  host: string;
  /** 0 or empty: no port on that line. */
  port: number | string;
  /** nginx's, a whole number. Fractions are rounded to whole points. */
  weight: number;
}

/** Points of a node with weight 1. */
const POINTS = 160;

const encoder = new TextEncoder();

/** A ring of points, each owned by one node. A key belongs to the first point at or above its hash. */
export interface KetamaRing<T extends KetamaNode> {
  /** Sorted by name. */
  nodes: readonly T[];
  /** Ascending. */
  points: Uint32Array;
  /** The owner of each point, an index into `nodes`. */
  owners: Uint32Array;
}

/**
 * Makes a ring with 160 points per unit of weight. Removing a node moves only that node's keys. Shares deviate by about
 * 1/√points. The ring depends only on the set of nodes, not on their order.
 *
 * @param nodes pairs of host and port are unique
 */
export function ketamaRing<T extends KetamaNode>(nodes: readonly T[]): KetamaRing<T> {
  // If two nodes fall on one point, the first by name gets it.
  const sorted = [...nodes].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const owners = new Map<number, number>();
  for (const [index, node] of sorted.entries()) {
    for (const point of pointsOf(node)) if (!owners.has(point)) owners.set(point, index);
  }
  const points = Uint32Array.from(owners.keys()).sort();
  return { nodes: sorted, points, owners: Uint32Array.from(points, (point) => owners.get(point) ?? 0) };
}

function nameOf({ host, port }: KetamaNode): string {
  return `${host}\0${port || ''}`;
}

/** Each point is the hash of the one before it. */
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

/** The index of the first point at or above `hash`, or 0 if there is none. */
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
