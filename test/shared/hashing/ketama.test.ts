import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../shared/hashing/crc32.ts';
import { type KetamaNode, ketamaRing as makeRing } from '../../../shared/hashing/ketama.ts';
import { orderByKey } from '../../../shared/hashing/key_map.ts';
import { tally } from '../../support/rankings.ts';

const node = (port: number, weight = 1) => ({ host: '127.0.0.1', port, weight });
/** A ring, with its nodes in a key's order of preference. */
function ketamaRing<T extends KetamaNode>(list: readonly T[]) {
  const { nodes, points, owners } = makeRing(list);
  const map = { by: 'ketama', ids: nodes.map((_, index) => String(index)), points, owners } as const;
  const walk = (key: string) =>
    orderByKey(map, key, nodes.length).flatMap((index) => nodes[Number(index)] ?? []);
  return { walk, lookup: (key: string) => walk(key)[0] };
}

const KEYS = Array.from({ length: 20_000 }, (_, i) => `/item/${i}`);

describe('crc32', () => {
  it('gives the check value of the CRC catalogue, also in parts', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
    expect(crc32(bytes('6789'), crc32(bytes('12345')))).toBe(0xcbf43926);
    expect(crc32(bytes(''))).toBe(0);
  });
});

describe('ketamaRing', () => {
  it.each([
    ['/some/path', 7778],
    ['/some/longer/path', 7777],
    ['/sad/zaidoon', 7778],
    ['/g', 7777],
    ['/pingora/team/is/cool/and/this/is/a/long/uri', 7778],
    ['/i/am/not/confident/in/this/code', 7777],
  ])('maps %s as nginx does (vectors of cloudflare/pingora, pingora-ketama)', (key, port) => {
    expect(ketamaRing([node(7777), node(7778)]).lookup(key)?.port).toBe(port);
  });

  it('moves only the keys of a node that leaves, each to the next node of its walk', () => {
    const all = ketamaRing([node(1), node(2), node(3), node(4)]);
    const rest = ketamaRing([node(1), node(2), node(4)]);
    for (const key of KEYS.slice(0, 2_000)) {
      const [next] = [...all.walk(key)].filter(({ port }) => port !== 3);
      expect(rest.lookup(key)?.port).toBe(next?.port);
    }
  });

  it('does not depend on the order of nodes', () => {
    const list = [node(1), node(2, 3), node(3)];
    const [ring, other] = [ketamaRing(list), ketamaRing([...list].reverse())];
    for (const key of KEYS.slice(0, 500)) expect(other.lookup(key)).toEqual(ring.lookup(key));
  });

  it('shares keys by weight, as evenly as 160 points per weight allow', () => {
    const ring = ketamaRing([node(1, 1), node(2, 3)]);
    const share = (tally(KEYS.map((key) => String(ring.lookup(key)?.port))).get('2') ?? 0) / KEYS.length;
    // σ is about 0.75 · 0.25 · √(1/160 + 1/480) = 0.017; four of them.
    expect(Math.abs(share - 0.75)).toBeLessThan(0.07);
  });

  it("walks every node once, starting with the key's own", () => {
    const ring = ketamaRing([node(1), node(2), node(3)]);
    const ports = [...ring.walk('/x')].map(({ port }) => port);
    expect([...ports].sort()).toEqual([1, 2, 3]);
    expect(ports[0]).toBe(ring.lookup('/x')?.port);
  });

  it('treats port 0 like an nginx server line without a port', () => {
    const [zero, empty] = [0, ''].map((port) => ketamaRing([{ host: 'a', port, weight: 1 }, node(1)]));
    const hosts = (ring: typeof zero) => KEYS.slice(0, 500).map((key) => ring?.lookup(key)?.host);
    expect(hosts(zero)).toEqual(hosts(empty));
  });

  it('finds nothing without nodes', () => {
    expect(ketamaRing([]).lookup('/x')).toBeUndefined();
    expect([...ketamaRing([]).walk('/x')]).toEqual([]);
  });
});
