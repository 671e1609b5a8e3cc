import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Explainable, ExplainedAnswer } from '../../shared/contracts/explain.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { Question } from '../../shared/contracts/selection.ts';
import type { Balancer, ConfigDocument, Pool } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import { policiesAt, policyNamed, STRATEGIES } from '../../shared/strategies/strategies.ts';
import { explain } from '../../workers/gateway/explain/explain.ts';
import type { Isolate } from '../../workers/gateway/state/isolate.ts';
import { Draws } from '../../workers/selector/draws.ts';
import { planFor } from '../../workers/selector/plan_for.ts';
import { select } from '../../workers/selector/select.ts';
import { standingsOf } from '../../workers/selector/standing.ts';
import { balancer, config, documentOf, origin, session } from '../support/normalised.ts';
import { failed, plain, setUp } from '../workers/gateway/support.ts';
import { runs } from './runs.ts';

// The law of explanations: what the gateway says it would do is what it then does, and traffic goes on as if nobody had asked. Gateway
// and selector are the real ones. One generator of random numbers serves both. It is set back after each explanation, so that serving
// draws the same numbers.

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const REQUESTS = 20;
const CASES = Math.ceil(runs().numRuns / REQUESTS);

/** Park and Miller's minimal standard generator. */
function generator(seed: number) {
  const tape = { state: (seed % 2_147_483_646) + 1 };
  const random = () => {
    tape.state = (tape.state * 48_271) % 2_147_483_647;
    return tape.state / 2_147_483_647;
  };
  return { tape, random };
}

const ORIGIN_POLICIES = policiesAt('origins');
const POOL_POLICIES = ['off', 'random', 'round_robin', 'capacity', 'cost', 'priority', 'hash'];
const NAMES = ['a', 'b', 'c'];
const IDS = ['p', 'q'].flatMap((id) => NAMES.map((name): OriginId => `${id}/${name}`));

const originOf = (id: string, name: string) =>
  fc
    .record({
      weight: fc.constantFrom(1, 1, 0.5, 0),
      enabled: fc.constantFrom(true, true, true, false),
      state: fc.constantFrom(undefined, undefined, undefined, 'drain' as const, 'maintenance' as const),
    })
    .map(({ state, ...rest }) => origin(id, name, { ...rest, ...(state && { state }) }));

const poolOf = (id: string) =>
  fc
    .record({
      origins: fc.tuple(originOf(id, 'a'), originOf(id, 'b'), originOf(id, 'c')),
      origin_policy: fc.constantFrom(...ORIGIN_POLICIES),
      limited: fc.boolean(),
      sheds: fc.boolean(),
    })
    .map(({ limited, sheds, ...rest }): Pool => {
      const { settled_by } = policyNamed(rest.origin_policy) ?? {};
      return {
        ...{ id, enabled: true, minimum_origins: 1, monitor: 'm', ...rest },
        ...(settled_by !== undefined && { settled_by }),
        outlier_detection: {
          ...{ consecutive_failures: 2, interval_s: 10, base_ejection_s: 30, max_ejection_s: 300 },
          ...{ max_ejection_percent: 50, failure_percent: 100, minimum_requests: 100 },
        },
        ...(limited && { circuit_breaker: { max_inflight: 1, max_queue: 0, queue_ms: 0 } }),
        ...(sheds && {
          load_shedding: {
            ...{ default_percent: 40, default_policy: 'random', session_percent: 0, session_policy: 'hash' },
          },
        }),
      } as Pool;
    });

const balancerOf = fc
  .record({
    steering_policy: fc.constantFrom(...POOL_POLICIES),
    failover_across_pools: fc.boolean(),
    keeps: fc.constantFrom(undefined, undefined, 'ip_cookie' as const),
    ruled: fc.boolean(),
  })
  .map(({ keeps, ruled, ...rest }): Balancer => {
    return balancer({
      ...rest,
      ...{ default_pools: ['p', 'q'], fallback_pool: 'q' },
      ...(keeps && { session: session({ by: keeps }) }),
      ...(ruled && { rules: RULES }),
    } as Partial<Balancer>);
  });

/** The first holds for one path, and ends the list for it. The second holds for all others. */
const RULES = [
  {
    name: 'to q',
    condition: { op: 'eq', left: { field: 'http.request.uri.path' }, right: '/q' },
    overrides: { default_pools: ['q'] },
    terminates: true,
  },
  {
    name: 'gone',
    condition: { op: 'eq', left: { field: 'http.request.uri.path' }, right: '/gone' },
    fixed_response: { status_code: 410 },
  },
];

const requestOf = fc.record({
  path: fc.constantFrom('/', '/', '/q', '/gone'),
  client: fc.constantFrom('192.0.2.1', '192.0.2.2', '198.51.100.7'),
  /** Time before it. */
  after_ms: fc.constantFrom(0, 0, 1, 500, 3_000, 40_000),
  fails: fc.subarray(IDS, { maxLength: 2 }),
  selector_fails: fc.constantFrom(false, false, false, true),
});

const caseOf = fc.record({
  pools: fc.tuple(poolOf('p'), poolOf('q')),
  app: balancerOf,
  down: fc.subarray(IDS, { maxLength: 4 }),
  requests: fc.array(requestOf, { minLength: REQUESTS, maxLength: REQUESTS }),
  seed: fc.nat(),
});
type Case = typeof caseOf extends fc.Arbitrary<infer T> ? T : never;

/** What a request has led to. */
interface Served {
  /** The origin of its first attempt. Undefined: none was tried. */
  origin: string | undefined;
  status: number;
}

/**
 * Serves the requests of a case, in a new world that is the same each time.
 * @param look called before each request; its draws are taken back
 * @returns what each request led to, and the ejections and readmissions that were recorded
 */
async function serveAll(
  { pools, app, down, requests, seed }: Case,
  look: (asked: Explainable, isolate: Isolate, serve: () => Promise<Served>) => Promise<Served>,
): Promise<{ served: Served[]; ejections: unknown[] }> {
  const { tape, random } = generator(seed);
  const document: ConfigDocument = documentOf(config([app], pools));
  const states = Object.fromEntries(down.map((id) => [id, { state: 'down' as const, since: 1 }]));
  const health: HealthDocument = {
    ...{ version: 1, published_at: 1_000_000, heartbeat_ms: 1e9, others: 'up' },
    origins: states,
  } as HealthDocument;
  const draws = new Draws(random, 10_000, () => world.clock.ms);
  let fails: readonly string[] = [];
  let selector_fails = false;
  const answer = (question: Question, from: Draws) => {
    if (selector_fails) throw new Error('the selector fails');
    return { ...select(document, health, question, from, world.clock.ms, STRATEGIES), version: 's1' };
  };
  const selector = {
    select: async (question: Question) => answer(question, draws),
    explain: async (question: Question): Promise<ExplainedAnswer> => {
      const plan = planFor(document, health, question, world.clock.ms, STRATEGIES);
      return {
        answer: answer(question, draws.copy(random)),
        pools: standingsOf(plan, document.config, health, world.clock.ms),
        draws: [],
      };
    },
  };
  const ejections: unknown[] = [];
  const world = setUp({
    ...{ balancer: app, pools: [...pools], random },
    carry: (_request, ticket) =>
      fails.includes(ticket.origin) ? failed('connect_failed', false) : plain(ticket.origin),
    bindings: {
      SELECTOR: selector,
      AFFINITY_KEY: 'a key of this test',
      HEALTH: { writeDataPoint: (point: unknown) => void ejections.push(point) },
    },
  });
  world.isolate.health.offer(health);
  const cookies = new Map<string, string>();
  const served: Served[] = [];
  for (const { path, client, after_ms, ...failing } of requests) {
    world.clock.ms += after_ms;
    ({ fails, selector_fails } = failing);
    const url = `https://app.example.com${path}`;
    const cookie = cookies.get(client);
    const headers = cookie === undefined ? {} : { cookie };
    const before = { state: tape.state, ...written(world) };
    const serve = async (): Promise<Served> => {
      expect(written(world)).toEqual({ points: before.points, tickets: before.tickets });
      tape.state = before.state;
      const response = await world.request(url, { headers: { ...headers, 'cf-connecting-ip': client } });
      await response.text();
      await world.settled();
      const set = response.headers.get('set-cookie');
      if (set !== null) cookies.set(client, set.split(';')[0] ?? '');
      return { origin: world.tickets[before.tickets]?.origin, status: response.status };
    };
    served.push(await look({ url, headers, client_address: client }, world.isolate, serve));
  }
  return { served, ejections };
}

function written({ points, tickets }: Pick<ReturnType<typeof setUp>, 'points' | 'tickets'>) {
  return { points: points.length, tickets: tickets.length };
}

const ctx = { waitUntil: () => {} } as unknown as ExecutionContext;

async function holds(one: Case): Promise<void> {
  const explained = await serveAll(one, async (asked, isolate, serve) => {
    const said = await explain(asked, isolate, ctx);
    const served = await serve();
    expect(said.origin).toBe(served.origin);
    if (served.origin === undefined) expect(said.status).toBe(served.status);
    else expect(said.outcome).toBe('origin');
    return served;
  });
  const unexplained = await serveAll(one, (_asked, _isolate, serve) => serve());
  expect(explained).toEqual(unexplained);
}

it('an explanation says what is then served, and traffic is served and recorded as without it', async () => {
  await fc.assert(fc.asyncProperty(caseOf, holds), { numRuns: CASES });
}, 120_000);
