import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../../../shared/contracts/selection.ts';
import { STRATEGY_DEFAULTS } from '../../../../shared/model/strategy_defaults.ts';
import { STRATEGIES } from '../../../../shared/strategies/strategies.ts';
import { Draws } from '../../../../workers/selector/draws.ts';
import { select } from '../../../../workers/selector/select.ts';
import { seeded } from '../../../support/rankings.ts';
import { balancer, config, documentOf, inOrder, last, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';
const IDS = ['p/a', 'p/b', 'p/c'] as const;

afterEach(() => {
  vi.restoreAllMocks();
});

/** A gateway in front of the selector's own code, with one pool. */
function start(origin_policy: string, options: Partial<typeof STRATEGY_DEFAULTS> = {}) {
  const pools = [
    pool('p', ['a', 'b', 'c'], { origin_policy, origin_options: { ...STRATEGY_DEFAULTS, ...options } }),
  ];
  const content = documentOf(config([balancer()], pools));
  const draws = new Draws(seeded(1));
  const set = setUp({
    pools,
    select: (question) => ({
      // As RPC from another Worker copies it.
      ...structuredClone(select(content, undefined, question, draws, set.clock.ms, STRATEGIES)),
      version: 's1',
    }),
  });
  const from = async (client: number, headers: Record<string, string> = {}) => {
    const address = `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
    return (await set.request(URL, { headers: { 'cf-connecting-ip': address, ...headers } })).text();
  };
  return { ...set, from };
}

describe.each(['hash', 'maglev', 'ketama', 'jump'] as const)('under %s', (policy) => {
  it('asks one question for 300 clients, and always sends each to the same origin', async () => {
    const { from, questions, isolate } = start(policy);
    const seen = new Map<number, string>();
    for (let client = 0; client < 300; client++) {
      const origin = await from(client);
      if (client % 3 === 0) seen.set(client, origin);
    }
    expect(questions).toHaveLength(1);
    expect(new Set(seen.values()).size).toBe(3);
    for (const [client, origin] of seen) expect(await from(client)).toBe(origin);
    // Another isolate asks for itself and agrees.
    const other = start(policy);
    for (const [client, origin] of seen) expect(await other.from(client)).toBe(origin);
    expect(isolate.answersOf('app').map_bytes).toBeLessThan(70_000);
  });
});

it('draws for requests without a key, from batches for them alone', async () => {
  const { request, questions, tickets, points } = start('hash', { key: ['header:x-user'] as never });
  for (let i = 0; i < 30; i++) await request(URL);
  for (let i = 0; i < 30; i++) await request(URL, { headers: { 'x-user': 'ada' } });
  expect(new Set(tickets.slice(0, 30).map(({ origin }) => origin)).size).toBe(3);
  expect(new Set(tickets.slice(30).map(({ origin }) => origin)).size).toBe(1);
  expect(questions.length).toBeLessThan(8);
  expect(last(points, 'decision')).toBe('kept');
});

it('bounds the load in the order of each key', async () => {
  const { from, questions } = start('hash', { bounded_load: 125 } as never);
  for (let client = 0; client < 100; client++) await from(client);
  expect(questions).toHaveLength(1);
});

it('asks about each key if there is no room for more maps', async () => {
  const { from, questions, isolate } = start('hash');
  await from(0);
  isolate.answersOf('another').map_bytes = 16 * 1_024 * 1_024;
  isolate.answersOf('app').clear(0);
  for (let client = 1; client <= 5; client++) await from(client);
  expect(questions.map((question) => question.tables === true)).toEqual([true, ...Array(5).fill(false)]);
});

it('counts the size of maps until they are dropped', async () => {
  const { from, isolate, clock } = start('maglev');
  await from(1);
  const answers = isolate.answersOf('app');
  const one = answers.map_bytes;
  expect(one).toBeGreaterThan(65_000);
  clock.ms += 60_000;
  await from(2);
  expect(answers.map_bytes).toBe(one);
  answers.clear(clock.ms);
  expect(answers.map_bytes).toBe(0);
});

const anything = fc.oneof(
  fc.anything(),
  fc.constantFrom('', 'p/a', 'header:a b', -1, 0, 1, 2 ** 40, Number.NaN, null, [], {}, [7], ['p/a']),
);
const anyMap = fc.record(
  {
    by: fc.constantFrom('rendezvous', 'maglev', 'ketama', 'jump', 'other'),
    ids: fc.oneof(fc.constant(IDS), anything),
    weights: fc.oneof(fc.constant([1, 1, 1]), anything),
    slots: fc.oneof(fc.constant(Uint8Array.of(0, 9, 1)), anything),
    points: fc.oneof(fc.constant(Uint32Array.of(1, 2, 3)), anything),
    owners: fc.oneof(fc.constant(Uint8Array.of(0, 9)), anything),
    numbers: fc.oneof(fc.constant([0, 1, 2]), anything),
    shards: fc.oneof(fc.constant(3), anything),
  },
  { requiredKeys: ['by'] },
);
const anyClass = fc.oneof(
  fc.record({ fact: anything }),
  fc.record({ has: fc.oneof(fc.constant(['client_address']), anything) }),
  fc.record({ order: fc.oneof(fc.constant(['path']), anything), map: anything, take: anything }),
  fc.record({ share: anything, percent: anything }),
  anything,
);
const anyPart = fc.oneof(
  fc.record({ origins: fc.oneof(fc.constant(IDS), anything) }),
  fc.record({
    key: fc.oneof(fc.constant(['path']), anything),
    map: fc.oneof(fc.constant(0), anything),
    take: fc.oneof(fc.constant(2), anything),
  }),
  anything,
);

it('serves requests whatever maps, classes and parts a selector sends', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const tables = fc.record(
    {
      maps: fc.oneof(fc.array(anyMap, { maxLength: 2 }), anything),
      classes: fc.oneof(fc.array(anyClass, { maxLength: 2 }), anything),
      parts: fc.oneof(fc.array(anyPart, { maxLength: 3 }), anything),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(tables, async ({ parts, ...broken }) => {
      const { request } = setUp({
        select: (question) => {
          const answer = { ...inOrder([...IDS])(question), vary: ['path' as const], ...broken };
          const rankings = answer.rankings.map((ranking) =>
            parts === undefined ? ranking : { ...ranking, parts },
          );
          return { ...answer, rankings } as Answer;
        },
      });
      for (let i = 0; i < 3; i++) expect((await request(URL)).status).toBe(200);
    }),
    { seed: 1, numRuns: 150 },
  );
});
