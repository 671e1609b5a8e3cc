import { policy } from './policy.ts';

/** Failover order: the first candidate takes everything, the others stand by in the order listed. */
export const off = policy({
  name: 'off',
  about: 'Failover order: the first takes everything, the others stand by.',
  levels: ['pools', 'origins'],
  use: 'repeat',
  weighted: false,
  rank: (targets) => ({ order: targets.map(({ id }) => id) }),
});
