import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, Question } from '../../shared/contracts/selection.ts';
import { rotating, setUp } from '../workers/gateway/support.ts';
import { runs } from './runs.ts';

const URL = 'https://app.example.com/x';

/** A value for a field: mostly of the right type or close to it, sometimes anything at all. */
function near(...sound: unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...sound) },
    { weight: 1, arbitrary: fc.anything() },
    {
      weight: 1,
      arbitrary: fc.constantFrom(undefined, null, '', '3', -1, 0, 1.5, Number.NaN, Infinity, 2 ** 53, [], {}),
    },
  );
}

const ids = fc.array(near('p/a', 'p/b', 'p/c', 'q/none', '__proto__'), { maxLength: 5 });

const settling = {
  origins: fc.oneof(ids, fc.anything()),
  finalists: near(0, 1, 2, 3),
  by: near(
    'inflight',
    'next_inflight',
    'weighted_inflight',
    'bounded_load',
    'peak_ewma',
    'reported',
    'prequal',
    'toString',
  ),
  settle: near(
    {},
    { choices: 0 },
    { bounded_load: -1 },
    { bias: 'x' },
    { decay_s: 0 },
    { rif_quantile: 'x' },
    { report_age_ms: null },
  ),
  weights: near({}, { 'p/a': 0 }, { 'p/a': -1 }, { 'p/b': 'x' }, { 'p/a': Infinity, 'p/b': 1e308 }),
  strategy: near('x/y', 7),
};

const ranking = fc.record(
  {
    ...settling,
    variant: near('canary'),
    shed: near(true, 'yes'),
    shadow: fc.oneof(fc.record(settling, { requiredKeys: [] }), fc.anything()),
  },
  { requiredKeys: ['origins'] },
);

const answer = fc.record(
  {
    rankings: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.array(fc.oneof({ weight: 9, arbitrary: ranking }, fc.anything()), { maxLength: 4 }),
      },
      { weight: 1, arbitrary: fc.anything() },
    ),
    use: near('once', 'repeat', 'sometimes'),
    vary: fc.oneof(
      fc.constant([]),
      fc.array(
        near(
          'client_address',
          'header:x',
          'header:',
          'header:a b',
          'header:\n',
          'cookie:',
          'query:',
          ':',
          '__proto__',
        ),
        { maxLength: 3 },
      ),
      fc.anything(),
    ),
    max_age_ms: near(1, 10_000, 1e300, '5'),
    strategy: near('off/off', 7),
    version: near('s1'),
    config_version: near(0, 1, 2),
    health_version: near(0, 1),
  },
  { requiredKeys: [] },
);

/** A well-formed answer in which one field, or one field of its ranking, is replaced. */
const spoilt = fc
  .record({
    by: fc.constantFrom('inflight', 'weighted_inflight', 'bounded_load', 'peak_ewma', 'reported', 'prequal'),
    field: fc.constantFrom('rankings', 'use', 'vary', 'max_age_ms', 'strategy', 'version', 'config_version'),
    of_ranking: fc.constantFrom(
      'origins',
      'finalists',
      'by',
      'settle',
      'weights',
      'strategy',
      'shadow',
      'shed',
    ),
    inside: fc.boolean(),
    value: near(
      {},
      { 'p/a': 'x', choices: Number.NaN, bounded_load: 0, bias: '' },
      ['header:'],
      ['p/a', 'p/a', 'p/b'],
    ),
  })
  .map(({ by, field, of_ranking, inside, value }) => {
    const sound = { origins: ['p/a', 'p/b', 'p/c'], finalists: 3, by };
    const spoilt_ranking = { ...sound, ...(inside ? { [of_ranking]: value } : {}) };
    return {
      ...{ rankings: [spoilt_ranking], use: 'repeat', vary: [], max_age_ms: 10_000, strategy: 'off/off' },
      ...(inside ? {} : { [field]: value }),
    };
  });

/** Shrinking values of any shape takes hours, so the first failure is shown as it is. */
const limits = () => ({ ...runs(), endOnFailure: true });
/** Each case runs two gateways, so this is ten times the limit of other properties. */
const TIMEOUT_MS = Math.max(60_000, runs().numRuns * 60);

// Each gateway logs why it rejects an answer. These would be thousands of lines.
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('any answer of a selector', () => {
  it(
    'serves every request, by an origin of the balancer, and says so in its data point',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof({ weight: 6, arbitrary: spoilt }, { weight: 3, arbitrary: answer }, fc.anything()),
          async (value) => {
            const { request, settled, points } = setUp({ select: () => value as Answer });
            for (let i = 0; i < 2; i++) {
              const response = await request(URL);
              const text = await response.text();
              // A selector may answer that no origin can serve.
              if (saysNobody(value) && response.status === 503) continue;
              expect([response.status, text]).toEqual([200, expect.stringMatching(/^p\/[abc]\n$/)]);
            }
            await settled();
            expect(points).toHaveLength(2);
          },
        ),
        limits(),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'uses a well-formed answer as soon as there is one',
    async () => {
      const sound = rotating(['p/c']);
      await fc.assert(
        fc.asyncProperty(fc.anything(), async (value) => {
          let broken = true;
          const select = (question: Question) => (broken ? (value as Answer) : sound(question));
          const { request, settled, clock } = setUp({ select });
          await request(URL);
          broken = false;
          clock.ms += 1_000;
          await request(URL);
          await settled();
          expect(await (await request(URL)).text()).toBe('p/c\n');
        }),
        limits(),
      );
    },
    TIMEOUT_MS,
  );
});

/** Whether an answer has an empty ranking. */
function saysNobody(value: unknown): boolean {
  const { rankings } = (value ?? {}) as Partial<Answer>;
  return (
    Array.isArray(rankings) && rankings.some((one) => Array.isArray(one?.origins) && one.origins.length === 0)
  );
}
