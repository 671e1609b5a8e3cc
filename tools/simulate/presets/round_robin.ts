import { roundRobin } from '../closed_form.ts';
import type { Preset } from './preset.ts';
import { casesFor, meanRow, queues } from './queues.ts';

const CASES = [
  { load: 0.5, requests: 200_000 },
  { load: 0.7, requests: 300_000 },
  { load: 0.9, requests: 1_000_000 },
];

const RULES = [
  { policy: 'round_robin', servers: 10 },
  { policy: 'round_robin', servers: 100 },
  { policy: 'smooth_weighted_round_robin', servers: 10 },
];

/** Round robin of one balancer: each of n origins gets every n-th arrival. */
export const round_robin_preset: Preset = {
  name: 'round_robin',
  title: 'round robin: every origin is Erlang-n/M/1',
  run: ({ measure, quick }) =>
    RULES.flatMap(({ policy, servers }) =>
      casesFor(quick, CASES).map(({ load, requests }) => {
        const figures = measure(queues({ servers, load, requests }), { policy });
        const what = `${policy} over ${servers}, load ${load}, mean`;
        return meanRow(what, figures, roundRobin(load, servers), `Erlang-${servers}/M/1`);
      }),
    ),
};
