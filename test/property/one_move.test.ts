import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HealthDocument, OriginState } from '../../shared/contracts/health.ts';
import type { Balancer, Pool } from '../../shared/model/config.ts';
import { STRATEGY_DEFAULTS } from '../../shared/model/strategy_defaults.ts';
import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import { Attempts } from '../../workers/gateway/exchange/attempts.ts';
import { type Exchange, Lifetime } from '../../workers/gateway/exchange/exchange.ts';
import { beginTrace } from '../../workers/gateway/exchange/trace.ts';
import { parseRequestUrl } from '../../workers/gateway/request/request_url.ts';
import { admit } from '../../workers/gateway/selection/admit.ts';
import { decide } from '../../workers/gateway/selection/decide.ts';
import { steer } from '../../workers/gateway/selection/steer.ts';
import { pinTo } from '../../workers/gateway/session/pin_to.ts';
import { readSession } from '../../workers/gateway/session/read.ts';
import { Draws } from '../../workers/selector/draws.ts';
import { select } from '../../workers/selector/select.ts';
import { session } from '../support/normalised.ts';
import { seeded } from '../support/rankings.ts';
import { poolOf } from '../workers/gateway/ejection/outliers_support.ts';
import { balancer, config, documentOf, origin, setUp } from '../workers/gateway/support.ts';
import { runs } from './runs.ts';

const URL = 'https://app.example.com/x';
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const WINDOW_S = 60;
/** A new gateway and selector for every moment, because the order must not depend on what an isolate remembers. */
const moments = fc.array(fc.integer({ min: 0, max: WINDOW_S * 1_000 }), { minLength: 5, maxLength: 20 });
const drawn = {
  names: fc.integer({ min: 2, max: NAMES.length }).map((count) => NAMES.slice(0, count)),
  weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: NAMES.length, maxLength: NAMES.length }),
  keys: fc.uniqueArray(fc.nat(0xffff), { minLength: 4, maxLength: 10 }),
  seed: fc.nat(2 ** 31),
};
/** Each case asks a selector several hundred times. */
const some = { numRuns: Math.ceil(runs().numRuns / 50) };

const POLICIES: readonly [string, Partial<Balancer>, Partial<Pool>][] = [
  ...(['hash', 'maglev', 'ketama', 'jump'] as const).map(
    (origin_policy): [string, Partial<Balancer>, Partial<Pool>] => [
      origin_policy,
      {},
      // A small table is quick to build.
      { origin_policy, origin_options: { ...STRATEGY_DEFAULTS, table_size: 1_009 } },
    ],
  ),
  [
    'sessions by header',
    { session: session({ by: 'header', headers: ['x-user'], zero_downtime_failover: 'temporary' }) },
    {},
  ],
];

/** A gateway with the real selector. Both have the same `health`. */
function gateway(app: Balancer, pool: Pool, seed: number, health?: HealthDocument) {
  const document = documentOf(config([app], [pool]));
  const draws = new Draws(seeded(seed));
  const up = setUp({
    balancer: app,
    pools: [pool],
    random: seeded(seed + 1),
    select: (question) => ({
      ...select(document, health, question, draws, up.clock.ms, STRATEGIES),
      version: '',
    }),
  });
  if (health !== undefined) up.isolate.health.offer(health);
  /** The origin that is tried first for a key. */
  const first = async (key: number): Promise<string | undefined> => {
    const address = `10.9.${key >> 8}.${key & 255}`;
    const exchange = {
      request: new Request(URL, { headers: { 'x-user': `${key}` } }),
      url: parseRequestUrl(URL),
      client: { address },
      compiled: up.isolate.config,
      balancer: app,
      isolate: up.isolate,
      ctx: { waitUntil: () => {} },
      started_at: up.clock.ms,
      life: new Lifetime(),
      attempts: new Attempts(),
      trace: beginTrace(),
    } as unknown as Exchange;
    const claim = app.session && (await readSession(exchange, app.session));
    const { origins } = claim
      ? await pinTo(exchange, claim)
      : admit(exchange, steer(exchange, await decide(exchange)));
    return origins[0]?.name;
  };
  return { ...up, first };
}

/** Checks the way of a key: it is at home, leaves at most once, and comes home. */
function expectOneMove(seen: readonly (string | undefined)[]): void {
  const moves = seen.filter((name, index) => index > 0 && name !== seen[index - 1]).length;
  expect({ seen, moves: moves <= 2, home: seen.at(-1) === seen[0] }).toEqual({
    seen,
    moves: true,
    home: true,
  });
}

describe.each(POLICIES)('a key leaves an origin once and comes back once under %s', (_, change, policy) => {
  const app = balancer(change);
  const poolWith = (names: string[], weights: number[]): Pool =>
    poolOf(names.join(''), {
      ...policy,
      monitor: 'm',
      slow_start: { window_s: WINDOW_S, aggression: 1, min_weight: 0.1 },
      origins: names.map((name, index) => origin('p', name, { weight: (weights[index] ?? 1) / 100 })),
    });

  it('if probes find the origin down and then up with a slow start, in every isolate', async () => {
    const one = fc.record({ ...drawn, moments });
    const property = fc.asyncProperty(one, async ({ names, weights, keys, seed, moments }) => {
      const pool = poolWith(names, weights);
      const at = (ms: number, state: OriginState, since: number) => {
        const origins = Object.fromEntries(
          names.map((name) => [`p/${name}`, name === 'a' ? { state, since, rtt_ms: {} } : UP]),
        );
        const health = { version: 1, published_at: ms, heartbeat_ms: 60_000, origins };
        const up = gateway(app, pool, seed + ms, health);
        up.clock.ms = ms;
        return up.first;
      };
      const up_at = 10_000_000;
      const stages = [
        at(up_at - 60_000, 'up', 0),
        at(up_at - 30_000, 'down', up_at - 40_000),
        ...moments.sort((a, b) => a - b).map((ms) => at(up_at + ms, 'up', up_at)),
        at(up_at + WINDOW_S * 1_000, 'up', up_at),
      ];
      for (const key of keys) {
        const seen = [];
        for (const first of stages) seen.push(await first(key));
        expectOneMove(seen);
      }
    });
    await fc.assert(property, some);
  });

  it('if the origin is ejected and then comes back', async () => {
    const one = fc.record({ ...drawn, moments });
    const property = fc.asyncProperty(one, async ({ names, weights, keys, seed, moments }) => {
      const pool = poolWith(names, weights);
      const [ejected] = pool.origins;
      const { first, isolate, clock } = gateway(app, pool, seed);
      const seen = new Map(keys.map((key) => [key, [] as (string | undefined)[]]));
      const look = async () => {
        for (const [key, found] of seen) found.push(await first(key));
      };
      await look();
      const { outliers } = isolate.guards;
      for (let i = 0; i < 5; i++) if (ejected) outliers.note(ejected, pool, true, undefined, clock.ms);
      const began_at = clock.ms;
      // At most 30 s and a tenth more, then the window of the slow start.
      const all_ms = 33_000 + WINDOW_S * 1_000;
      for (const ms of moments.sort((a, b) => a - b)) {
        clock.ms = began_at + Math.round((ms / (WINDOW_S * 1_000)) * all_ms);
        await look();
      }
      clock.ms = began_at + all_ms;
      await look();
      for (const found of seen.values()) expectOneMove(found);
    });
    await fc.assert(property, some);
  });
});

const UP = { state: 'up' as const, since: 0, rtt_ms: {} };
