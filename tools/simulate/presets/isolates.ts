import type { Steering } from '../documents.ts';
import type { Preset } from './preset.ts';
import { meanRow, queues } from './queues.ts';

const SERVERS = 10;
const LOAD = 0.9;
const REQUESTS = 400_000;

/**
 * Mean times by number of isolates, from an independent simulation that claims a precision of 2 %. It printed them with one
 * or two decimals.
 */
const PUBLISHED: readonly { isolates: number; two: number; all: number; turns: number }[] = [
  { isolates: 1, two: 2.95, all: 1.91, turns: 5.7 },
  { isolates: 10, two: 4.4, all: 3.8, turns: 6.2 },
  { isolates: 100, two: 7.1, all: 7.0, turns: 7.5 },
  { isolates: 500, two: 8.7, all: 8.9, turns: 8.9 },
];
const PRECISION = { share: 0.02, because: 'theirs 2 %' };

const RULES: readonly { key: 'two' | 'all' | 'turns'; label: string; steering: Steering }[] = [
  { key: 'two', label: 'two choices', steering: { policy: 'power_of_two' } },
  { key: 'all', label: 'least of all', steering: { policy: 'power_of_two', options: { choices: SERVERS } } },
  { key: 'turns', label: 'round_robin', steering: { policy: 'round_robin' } },
];

/** In-flight counts and round robin if each isolate has its own. */
export const isolates_preset: Preset = {
  name: 'isolates',
  title: `isolates that know only their own requests, ${SERVERS} origins, load ${LOAD}`,
  run: ({ measure, quick }) =>
    (quick ? PUBLISHED.slice(0, 2) : PUBLISHED).flatMap(({ isolates, ...known }) =>
      RULES.map(({ key, label, steering }) => {
        const scenario = queues(
          { servers: SERVERS, load: LOAD, requests: quick ? REQUESTS / 4 : REQUESTS },
          { isolates },
        );
        const what = `${label}, ${isolates} ${isolates === 1 ? 'isolate' : 'isolates'}, mean`;
        return meanRow(what, measure(scenario, steering), known[key], 'simulated elsewhere', PRECISION);
      }),
    ),
};
