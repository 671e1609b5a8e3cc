import type { ScenarioFile } from '../scenario.ts';
import type { Preset, Row } from './preset.ts';

const ORIGINS = 10;
const KEYS = 30_000;

const LOST = 'origin-4';

const SCENARIO: ScenarioFile = {
  seed: 1,
  requests: 1_000,
  arrivals: { constant_per_s: 1_000 },
  key_space: KEYS,
  origins: Array.from({ length: ORIGINS }, (_, index) => ({
    id: `origin-${index + 1}`,
    service: { fixed_ms: 1 },
  })),
  events: [
    { at_s: 0.3, origin: LOST, down: true },
    { at_s: 0.6, origin: LOST, up: true },
  ],
};

/** One case in a thousand lies beyond this many standard deviations. */
const SIGMAS = 3.29;
const BINOMIAL = SIGMAS * Math.sqrt(KEYS * (1 / ORIGINS) * (1 - 1 / ORIGINS));

/** Keys of other origins that may move: 1 %. A table of 65,537 slots has thousands for each of ten origins. */
const MAGLEV = KEYS / 100;

interface Hash {
  policy: string;
  /** Allowed error of the number of keys that move. */
  tolerance: number;
  because: string;
  /** Keys of other origins that may move. */
  bystanders: number;
  bystanders_because: string;
}

const HASHES: readonly Hash[] = [
  { policy: 'hash', tolerance: BINOMIAL, because: 'binomial', bystanders: 0, bystanders_because: 'none' },
  {
    policy: 'ketama',
    // The relative standard deviation of an origin's share is 1/sqrt(160) with 160 points (Lamping & Veach 2014).
    tolerance: (SIGMAS * KEYS) / ORIGINS / Math.sqrt(160),
    because: '160 points an origin',
    bystanders: 0,
    bystanders_because: 'none',
  },
  {
    policy: 'maglev',
    tolerance: BINOMIAL + MAGLEV,
    because: 'binomial + 1 % of keys',
    bystanders: MAGLEV,
    bystanders_because: '1 % of keys',
  },
  { policy: 'jump', tolerance: BINOMIAL, because: 'binomial', bystanders: 0, bystanders_because: 'none' },
];

/** The keys that move when an origin is lost, and when it returns. */
export const origin_loss_preset: Preset = {
  name: 'origin_loss',
  title: `one origin of ${ORIGINS} is lost and returns, ${KEYS} keys`,
  run: ({ measure }) =>
    HASHES.flatMap((hash): Row[] => {
      const [lost, back] = measure(SCENARIO, { policy: hash.policy }).events;
      const moved = lost?.keys?.moved ?? Number.NaN;
      const { policy, tolerance, because } = hash;
      return [
        {
          what: `${policy}, keys moved by the loss`,
          ours: moved,
          known: KEYS / ORIGINS,
          source: 'least possible',
          relation: 'equal',
          tolerance,
          because,
        },
        {
          what: `${policy}, of these between origins that stayed`,
          ours: lost?.keys?.bystanders ?? Number.NaN,
          known: 0,
          source: 'the hash says so',
          relation: 'at most',
          tolerance: hash.bystanders,
          because: hash.bystanders_because,
        },
        {
          what: `${policy}, keys moved by its return`,
          ours: back?.keys?.moved ?? Number.NaN,
          known: moved,
          source: 'all come back',
          relation: 'equal',
          tolerance: 0,
          because: 'none: exact',
        },
      ];
    }),
};
