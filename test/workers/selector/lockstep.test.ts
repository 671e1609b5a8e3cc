import { expect, it } from 'vitest';
import { STRATEGIES } from '../../../shared/strategies/strategies.ts';
import { Draws } from '../../../workers/selector/draws.ts';
import { select } from '../../../workers/selector/select.ts';
import { attempts, balancer, configOf, pool, question, seeded, tally } from '../../support/rankings.ts';

const POOLS = ['round_robin', 'random'] as const;
const ORIGINS = ['round_robin', 'smooth_weighted_round_robin', 'random'] as const;
it.each(POOLS.flatMap((pools) => ORIGINS.map((origins) => [pools, origins] as const)))(
  'uses all origins of all pools when failover may leave a pool (%s/%s)',
  (steering_policy, origin_policy) => {
    const pools = ['p', 'q'].map((id) => pool(id, ['a', 'b'], { origin_policy }));
    const one = balancer(['p', 'q'], { steering_policy, failover_across_pools: true, retry: attempts(4) });
    const config = configOf([one], pools);
    const draws = new Draws(seeded(7));
    const { rankings } = select(config, undefined, question({ want: 64 }), draws, 0, STRATEGIES);
    const firsts = tally(rankings.map(({ origins }) => origins[0]));
    // A quarter is 16. Two sequences that are even to within two each differ by at most four.
    for (const id of ['p/a', 'p/b', 'q/a', 'q/b']) {
      expect(firsts.get(id)).toBeGreaterThanOrEqual(12);
      expect(firsts.get(id)).toBeLessThanOrEqual(20);
    }
  },
);
