import { mm1, roundRobin } from '../closed_form.ts';
import type { Figures } from '../figures.ts';
import type { Preset, Row } from './preset.ts';
import { casesFor, MANY_ISOLATES, meanRow, queues } from './queues.ts';

const ORIGINS = 10;
/** Load of each fast origin if all have the same share. The load of the slow one is twice that. */
const LOAD = 0.4;
const CASES = [{ load: LOAD, requests: 250_000 }];

const LOAD_AWARE = [
  'least_outstanding_requests',
  'power_of_two',
  'weighted_least_request',
  'least_connections',
  'peak_ewma',
];

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
    const by_chance = (one: typeof equal) =>
      measure({ ...one, isolates: MANY_ISOLATES }, { policy: 'random' });
    const random = by_chance(equal);
    const by_speed = by_chance(scenario(0.5));
    const turns = measure(equal, { policy: 'round_robin' });

    // All origins have the same load if the slow one has half a share.
    const even = (LOAD * ORIGINS) / (ORIGINS - 0.5);
    const slow_share = 0.5 / (ORIGINS - 0.5);
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
      ...LOAD_AWARE.flatMap((policy) => beatsTurns(policy, measure(equal, { policy }), turns)),
    ];
  },
};

/** Rows for a strategy without a closed form. A strategy that looks at load must be better than one that does not. */
function beatsTurns(policy: string, figures: Figures, turns: Figures): Row[] {
  return [
    { ...meanRow(`${policy}, mean`, figures, turns.mean_ms, 'round_robin, ours'), relation: 'at most' },
    {
      what: `${policy}, share of the slow one`,
      ours: (figures.picks['slow'] ?? 0) / figures.requests,
      known: 1 / ORIGINS,
      source: 'its fair share',
      relation: 'at most',
      tolerance: 0,
      because: 'none: it must be less',
    },
  ];
}

function mix(share: number, slow: number, fast: number): number {
  return share * slow + (1 - share) * fast;
}
