import { mm1, roundRobin } from '../closed_form.ts';
import type { Preset } from './preset.ts';
import { casesFor, meanRow, queues } from './queues.ts';

const ORIGINS = 10;
/** Of each fast origin when all have the same share; the slow one has twice that. */
const LOAD = 0.4;
const CASES = [{ load: LOAD, requests: 400_000 }];

/** Nine fast origins and one that takes twice as long. */
export const slow_origin_preset: Preset = {
  name: 'slow_origin',
  title: 'one origin of ten takes twice as long',
  run({ measure, quick }) {
    const [{ requests } = { requests: 0 }] = casesFor(quick, CASES);
    const scenario = (weight: number) => {
      const all = queues({ servers: ORIGINS, load: LOAD, requests });
      const origins = all.origins.map((origin, index) =>
        index === 0 ? { ...origin, id: 'slow', weight, service: { exponential_ms: 2 } } : origin,
      );
      return { ...all, origins };
    };
    const equal = scenario(1);
    const random = measure(equal, { policy: 'random' });
    const by_speed = measure(scenario(0.5), { policy: 'random' });
    const turns = measure(equal, { policy: 'round_robin' });
    const least = measure(equal, { policy: 'least_outstanding_requests' });

    // All have the same load when the slow one has half a share.
    const even = (LOAD * ORIGINS) / (ORIGINS - 0.5);
    const slow_share = 0.5 / (ORIGINS - 0.5);
    const share = (least.picks['slow'] ?? 0) / least.requests;
    return [
      meanRow(
        'random, equal weights, mean',
        random,
        mix(0.1, 2 * mm1(2 * LOAD), mm1(LOAD)),
        'M/M/1, two kinds',
      ),
      meanRow(
        'random, weights by speed, mean',
        by_speed,
        mix(slow_share, 2 * mm1(even), mm1(even)),
        'M/M/1, two kinds',
      ),
      meanRow(
        'round_robin, mean',
        turns,
        mix(0.1, 2 * roundRobin(2 * LOAD, ORIGINS), roundRobin(LOAD, ORIGINS)),
        'Erlang-10/M/1, two kinds',
      ),
      {
        ...meanRow('least_outstanding_requests, mean', least, turns.mean_ms, 'round_robin, ours'),
        relation: 'at most',
      },
      {
        what: 'least_outstanding_requests, share of the slow one',
        ours: share,
        known: 0.1,
        source: 'its fair share',
        relation: 'at most',
        tolerance: 0,
        because: 'none: it must be less',
      },
    ];
  },
};

function mix(share: number, slow: number, fast: number): number {
  return share * slow + (1 - share) * fast;
}
