import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HEALTH_KEY, type HealthDocument } from '../../../../shared/contracts/health.ts';
import { CONFIG_KEY } from '../../../../shared/model/config.ts';
import { STRATEGIES } from '../../../../shared/strategies/strategies.ts';
import { Draws } from '../../../../workers/selector/draws.ts';
import { select } from '../../../../workers/selector/select.ts';
import { seeded } from '../../../support/rankings.ts';
import { balancer, config, documentOf, last, plain, pool, setUp } from '../support.ts';

// How simultaneous requests are divided, with the selector's own code behind the gateway.

// The test decides when the selector's deadline passes, so a busy machine does not matter.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const URL = 'https://app.example.com/x';
const BURST = 64;
/** Each request of a burst stays in flight until all of them are, so that load-aware policies see all. */
const TIMEOUTS = { first_byte_ms: 60_000 };

/** Policies whose answers are batches, by level. */
const AMONG_ORIGINS: string[] = [
  'round_robin',
  'smooth_weighted_round_robin',
  'random',
  'power_of_two',
  'least_outstanding_requests',
  'least_connections',
  'peak_ewma',
];
const AMONG_POOLS: string[] = ['round_robin', 'random', 'capacity', 'least_outstanding_requests'];

interface Setting {
  /** `pool policy/origin policy`. */
  steering_policy: string;
  origin_policy: string;
  /** Origins that are up. One more, `gone`, is up until the health document changes. */
  count: number;
  seed: number;
}

/** A gateway and a selector that hold the same documents. */
function start({ steering_policy, origin_policy, count, seed }: Setting) {
  const names = [...Array.from({ length: count }, (_, index) => `o${index}`), 'gone'];
  const watched = { origin_policy, monitor: 'm' };
  const pools =
    steering_policy === 'off'
      ? [pool('p', names, watched)]
      : names.map((name) => pool(name, [name], watched));
  const ids = pools.map(({ id }) => id);
  const [first = ''] = ids;
  const app = balancer({ steering_policy, default_pools: ids, fallback_pool: first, timeouts: TIMEOUTS });
  const origins = pools.flatMap((one) => one.origins.map(({ id }) => id));
  const content = config([app], pools);
  const health = (version: number, gone: 'up' | 'down'): HealthDocument => ({
    version,
    published_at: 1_000_000,
    heartbeat_ms: 60_000,
    origins: Object.fromEntries(
      origins.map((id) => [id, { state: id.endsWith('/gone') ? gone : 'up', since: 0, rtt_ms: {} }]),
    ),
  });
  const published = { config: documentOf(content), health: health(1, 'down') };
  const random = seeded(seed);
  const draws = new Draws(random);
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  let held: (() => void)[] = [];
  let hold = 0;
  const set = setUp({
    balancer: app,
    pools,
    random,
    bindings: {
      KV: {
        get: async (key: string) =>
          ({ [CONFIG_KEY]: published.config, [HEALTH_KEY]: published.health })[key] ?? null,
      },
    },
    select: async (question) => {
      await gate.promise;
      const now = set.clock.ms;
      return { ...select(published.config, published.health, question, draws, now, STRATEGIES), version: '' };
    },
    carry: async (_, { origin }) => {
      if (hold > 0) {
        await new Promise<void>((resolve) => {
          held.push(resolve);
          if (held.length === hold) for (const go of held) go();
        });
      }
      return plain(origin);
    },
  });
  const requests = async (many: number) => {
    for (let i = 0; i < many; i++) expect((await set.request(URL)).status).toBe(200);
    await set.settled();
  };
  /** Looks for new documents, as a request does after five seconds. */
  const refresh = async () => {
    set.clock.ms += 6_000;
    await requests(1);
  };
  return {
    ...set,
    requests,
    refresh,
    /** The selector answers nothing until `open`. */
    close: () => {
      gate = Promise.withResolvers<void>();
    },
    open: () => gate.resolve(),
    publish: async () => {
      published.config = documentOf(content, published.config.version + 1);
      await refresh();
    },
    change: async (gone: 'up' | 'down') => {
      published.health = health(published.health.version + 1, gone);
      await refresh();
    },
    /** Sends all requests at once. @returns how many tried each origin first */
    burst: async () => {
      set.tickets.length = 0;
      held = [];
      hold = BURST;
      const answers = Promise.all(Array.from({ length: BURST }, () => set.request(URL)));
      gate.resolve();
      for (const answer of await answers) expect(answer.status).toBe(200);
      hold = 0;
      const counts = new Map<string, number>();
      for (const { origin } of set.tickets) counts.set(origin, (counts.get(origin) ?? 0) + 1);
      return counts;
    },
  };
}

type Started = ReturnType<typeof start>;

const STATES: [string, (gateway: Started) => Promise<void>][] = [
  ['in a cold isolate', async () => {}],
  ['in a warm isolate', ({ requests }) => requests(20)],
  [
    'when a batch is used up while the next is on its way',
    async ({ requests, request, close }) => {
      // The second sees the published documents, and begins a batch of eight.
      await requests(2);
      close();
      for (let i = 0; i < 6; i++) await request(URL);
    },
  ],
  [
    'after a publish',
    async ({ requests, publish }) => {
      await requests(20);
      await publish();
    },
  ],
  [
    'after a health change',
    async ({ requests, change, refresh }) => {
      await change('up');
      await requests(20);
      await change('down');
      await refresh();
    },
  ],
];

/** Both extremes, and numbers that do not divide a burst evenly. */
const COUNTS = [2, 3, 8];
const SEEDS = [1, 2];

describe.each(STATES)('64 requests at once %s', (_, prepare) => {
  it.each([
    ...AMONG_ORIGINS.map((policy): [string, string] => ['off', policy]),
    ...AMONG_POOLS.map((policy): [string, string] => [policy, 'off']),
  ])('are divided by share: %s/%s', async (steering_policy, origin_policy) => {
    for (const count of COUNTS)
      for (const seed of SEEDS) {
        const gateway = start({ steering_policy, origin_policy, count, seed });
        await prepare(gateway);
        const counts = await gateway.burst();
        expect([...counts.keys()].some((id) => id.endsWith('/gone'))).toBe(false);
        expect(last(gateway.points, 'decision')).not.toBe('failover_order');
        const share = BURST / count;
        const turns = [steering_policy, origin_policy].some((policy) => policy.includes('round_robin'));
        const most = turns ? share + 1 : 1.25 * share + 1;
        for (const [id, served] of counts)
          expect(served, `${id} of ${count}, seed ${seed}`).toBeLessThanOrEqual(most);
        if (turns) for (const served of counts.values()) expect(served).toBeGreaterThanOrEqual(share - 1);
      }
  });
});

it('divides requests by weight in a cold fleet whose selector is too slow', async () => {
  for (const count of COUNTS) {
    const gateway = start({ steering_policy: 'off', origin_policy: 'round_robin', count, seed: count });
    gateway.close();
    const answers = Promise.all(Array.from({ length: BURST }, () => gateway.request(URL)));
    await vi.advanceTimersByTimeAsync(50);
    await answers;
    const counts = new Map<string, number>();
    for (const { origin } of gateway.tickets) counts.set(origin, (counts.get(origin) ?? 0) + 1);
    for (const point of gateway.points) expect(last([point], 'decision')).toBe('failover_order');
    for (const served of counts.values()) expect(served).toBeLessThanOrEqual((1.25 * BURST) / count + 1);
    gateway.open();
  }
});
