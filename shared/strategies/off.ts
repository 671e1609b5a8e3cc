import type { Strategy } from './strategy.ts';

/** Failover order: the first candidate takes everything, the others stand by in the order they are listed. */
export const off: Strategy<never> = {
  name: 'off',
  reads: [],
  use: 'repeat',
  weighted: false,
  rank: (targets) => ({ order: targets.map(({ id }) => id) }),
};
