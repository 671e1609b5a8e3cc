import { expect, it } from 'vitest';
import { dynamic_latency } from '../../../shared/strategies/dynamic_latency.ts';
import { drawOf, options } from '../../support/rankings.ts';

const order = (rtts: Record<string, number | undefined>) =>
  dynamic_latency.rank(
    Object.entries(rtts).map(([id, rtt_ms]) => ({
      id,
      weight: 1,
      ...(rtt_ms === undefined ? {} : { rtt_ms }),
    })),
    {},
    drawOf(1),
    options(),
  ).order;

it('ranks the fastest first, and targets without a time last in the order listed', () => {
  expect(order({ a: undefined, b: 80, c: 20, d: undefined })).toEqual(['c', 'b', 'a', 'd']);
});

it('goes by probes from the region of the request, or by all probes if none start there', () => {
  const targets = [
    { id: 'eu', weight: 1, rtt_ms: 60, rtt_from: { weur: 10, apac: 110 } },
    { id: 'asia', weight: 1, rtt_ms: 50, rtt_from: { weur: 95, apac: 5 } },
  ];
  const from = (region: string) => dynamic_latency.rank(targets, { region }, drawOf(1), options()).order;
  expect(from('WEU')).toEqual(['eu', 'asia']);
  expect(from('SEAS')).toEqual(['asia', 'eu']);
  expect(from('NEAS')).toEqual(['asia', 'eu']);
  expect(from('WNAM')).toEqual(['asia', 'eu']);
  expect(from('')).toEqual(['asia', 'eu']);
});

it('keeps the order listed before the first probes are in', () => {
  expect(order({ b: undefined, a: undefined })).toEqual(['b', 'a']);
});
