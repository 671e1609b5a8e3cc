import { describe, expect, it } from 'vitest';
import { rendezvous } from '../../../shared/hashing/rendezvous.ts';
import { CHI_SQUARE_P001, chiSquare, tally } from '../../support/rankings.ts';

const nodes = (weights: Record<string, number>) =>
  Object.entries(weights).map(([key, weight]) => ({ key, weight }));
const KEYS = Array.from({ length: 20_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
const first = (weights: Record<string, number>, key: string) => rendezvous(nodes(weights), key)[0];

describe('rendezvous', () => {
  it('gives each node its share of keys, though keys and ids differ in one character', () => {
    const weights = { 'eu/eu-1': 1, 'eu/eu-2': 2, 'eu/eu-3': 3, 'eu/eu-4': 4 };
    const counts = tally(KEYS.map((key) => first(weights, key)));
    expect(chiSquare(counts, weights)).toBeLessThan(CHI_SQUARE_P001[3] ?? 0);
  });

  it('spreads the keys of a node that leaves over the others by weight, and moves no other key', () => {
    const all = { a: 1, b: 2, c: 3, d: 4 };
    const { d: _, ...rest } = all;
    const moved = KEYS.filter((key) => first(all, key) !== first(rest, key));
    expect(moved).toEqual(KEYS.filter((key) => first(all, key) === 'd'));
    expect(chiSquare(tally(moved.map((key) => first(rest, key))), rest)).toBeLessThan(
      CHI_SQUARE_P001[2] ?? 0,
    );
  });

  it('lets the next node in the order take over: the order without its first node is the order of the rest', () => {
    for (const key of KEYS.slice(0, 200)) {
      const [gone, ...others] = rendezvous(nodes({ a: 1, b: 1, c: 1, d: 1 }), key);
      const left = nodes({ a: 1, b: 1, c: 1, d: 1 }).filter((node) => node.key !== gone);
      expect(rendezvous(left, key)).toEqual(others);
    }
  });

  it('moves keys only to a node whose weight is raised', () => {
    const after = (key: string) => first({ a: 1, b: 2, c: 1 }, key);
    const moved = KEYS.filter((key) => after(key) !== first({ a: 1, b: 1, c: 1 }, key));
    expect(moved.length).toBeGreaterThan(0);
    expect(tally(moved.map(after))).toEqual(new Map([['b', moved.length]]));
  });

  it('does not depend on the order of nodes', () => {
    const list = nodes({ a: 1, b: 2, c: 3, d: 4, e: 5 });
    for (const key of KEYS.slice(0, 200)) {
      expect(rendezvous([...list].reverse(), key)).toEqual(rendezvous(list, key));
    }
  });

  it('separates the end of the key from the start of the id', () => {
    const differ = KEYS.filter((key) => {
      const [one] = rendezvous(nodes({ '1x': 1, y: 1 }), key);
      const [other] = rendezvous(nodes({ x: 1, y: 1 }), `${key}1`);
      return (one === '1x') !== (other === 'x');
    });
    // Unrelated choices between two differ for half of the keys.
    expect(Math.abs(differ.length / KEYS.length - 0.5)).toBeLessThan(0.02);
  });

  it('gives an empty order without nodes', () => {
    expect(rendezvous([], 'key')).toEqual([]);
  });

  it('gives ten equal nodes with sequential keys equal shares', () => {
    const weights = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`pool/origin-${i}`, 1]));
    const counts = tally(Array.from({ length: 50_000 }, (_, i) => first(weights, String(i))));
    expect(chiSquare(counts, weights)).toBeLessThan(CHI_SQUARE_P001[9] ?? 0);
  });
});
