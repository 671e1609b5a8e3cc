import { expect, it } from 'vitest';
import { isPrime } from '../../../shared/hashing/maglev.ts';

it('tells primes from the rest', () => {
  const primes = Array.from({ length: 30 }, (_, i) => i).filter(isPrime);
  expect(primes).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
  // Envoy's default table size and its largest.
  expect([65_537, 65_536, 5_000_011].map(isPrime)).toEqual([true, false, true]);
});
