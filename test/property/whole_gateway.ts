import fc from 'fast-check';
import { HEALTH_KEY, type HealthDocument } from '../../shared/contracts/health.ts';
import { CONFIG_KEY, type Pool } from '../../shared/model/config.ts';
import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import { Draws } from '../../workers/selector/draws.ts';
import { select } from '../../workers/selector/select.ts';
import { seeded } from '../support/rankings.ts';
import { balancer, config, documentOf, failed, plain, pool, setUp } from '../workers/gateway/support.ts';

/** One thing that happens to a gateway. Numbers choose among what is there, modulo how many there are. */
export type Step =
  | { do: 'request'; method: 'GET' | 'POST'; times: number }
  | { do: 'leave'; who: number }
  | { do: 'answer'; which: number; how: How }
  | { do: 'health'; origin: number }
  | { do: 'publish'; gone: number }
  | { do: 'wait'; ms: number };

export type How = 'ok' | 'busy' | 'refused' | 'lost' | 'timeout';

const whole = fc.nat(1_000);

/** Any of them, requests and answers most. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('request' as const),
      method: fc.constantFrom('GET' as const, 'GET' as const, 'POST' as const),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      which: whole,
      how: fc.constantFrom<How>('ok', 'ok', 'busy', 'refused', 'lost', 'timeout'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who: whole }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('health' as const), origin: whole }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('publish' as const), gone: whole }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      // An hour back: the clock is set.
      ms: fc.constantFrom(1, 300, 6_000, 40_000, -3_600_000),
    }),
  },
);

/** How the origins are guarded, and how one is chosen. */
export interface Setting {
  origins: number;
  policy: 'round_robin' | 'random' | 'least_outstanding_requests' | 'hash';
  max_inflight: number | undefined;
  hedged: boolean;
  seed: number;
}

export const setting: fc.Arbitrary<Setting> = fc.record({
  origins: fc.integer({ min: 2, max: 6 }),
  policy: fc.constantFrom('round_robin', 'random', 'least_outstanding_requests', 'hash'),
  max_inflight: fc.constantFrom(undefined, undefined, 1, 3),
  hedged: fc.boolean(),
  seed: fc.nat(),
});

/** An attempt that has reached the proxy. */
interface Attempt {
  client: Client;
  origin: string;
  settle: (response: Response) => void;
}

/** One request and what became of it. */
export interface Client {
  id: string;
  method: string;
  abort: AbortController;
  left: boolean;
  status: number | undefined;
  body: string;
  /** Attempts that an application may have acted on. */
  reached: number;
}

/** A proxy's answer to an attempt at this origin that ends in this way. */
function responseOf(origin: string, how: How): Response {
  switch (how) {
    case 'ok':
      return plain(origin);
    case 'busy':
      return plain(origin, { status: 503 });
    case 'refused':
      return failed('connect_failed', false);
    case 'lost':
      return failed('connection_lost', true);
    case 'timeout':
      return failed('timeout', true);
  }
}

/** A gateway in front of a real selector and of origins that answer when a test says so. */
export function wholeGateway({ origins, policy, max_inflight, hedged, seed }: Setting) {
  const names = Array.from({ length: origins }, (_, index) => `o${index}`);
  const guards: Partial<Pool> = {
    monitor: 'm',
    origin_policy: policy,
    outlier_detection: {
      consecutive_failures: 5,
      failure_percent: 85,
      minimum_requests: 50,
      interval_s: 10,
      base_ejection_s: 30,
      max_ejection_s: 300,
      max_ejection_percent: 50,
    },
    ...(max_inflight === undefined ? {} : { circuit_breaker: { max_inflight, max_queue: 2, queue_ms: 20 } }),
  };
  const app = balancer({
    timeouts: { first_byte_ms: 60_000 },
    retry: {
      attempts: 3,
      on_status: [502, 503, 504],
      max_body_bytes: 65_536,
      also_methods: [],
      budget: { percent: 20, min_per_s: 10 },
    },
    ...(hedged ? { hedging: { after_ms: 1 } } : {}),
  });
  const contentWithout = (gone: string | undefined) =>
    config(
      [app],
      [
        pool(
          'p',
          names.filter((name) => name !== gone),
          guards,
        ),
      ],
    );
  const down = new Set<string>();
  const health = (version: number): HealthDocument => ({
    version,
    published_at: set.clock.ms,
    heartbeat_ms: 60_000,
    origins: Object.fromEntries(
      names.map((name) => [`p/${name}`, { state: down.has(name) ? 'down' : 'up', since: 0, rtt_ms: {} }]),
    ),
  });
  const random = seeded(seed);
  const draws = new Draws(random);
  const clients = new Map<string, Client>();
  const pending: Attempt[] = [];
  const violations: string[] = [];
  let answering: How | undefined;
  const published: { config: ReturnType<typeof documentOf>; health: HealthDocument | undefined } = {
    config: documentOf(contentWithout(undefined)),
    health: undefined,
  };

  const set = setUp({
    balancer: app,
    pools: Object.values(published.config.config.pools),
    random,
    bindings: {
      KV: {
        get: async (key: string) =>
          (key === CONFIG_KEY ? published.config : key === HEALTH_KEY ? published.health : undefined) ?? null,
      },
    },
    select: async (question) => {
      const answer = select(published.config, published.health, question, draws, set.clock.ms, STRATEGIES);
      return { ...answer, version: '' };
    },
    carry: (request, { origin }) => {
      const client = clients.get(request.headers.get('x-id') ?? '');
      if (client === undefined) throw new Error('a request that nobody sent');
      if (client.left) violations.push(`${client.id} was sent to ${origin} after its client had left`);
      if (client.status !== undefined) violations.push(`${client.id} was sent again after its answer`);
      if (client.method === 'POST' && client.reached > 0)
        violations.push(`${client.id}, a POST, was sent again though an application may have seen it`);
      return new Promise<Response>((resolve) => {
        const attempt = { client, origin, settle: resolve };
        if (answering === undefined) pending.push(attempt);
        else settle(attempt, answering);
      });
    },
  });
  published.health = health(1);

  function settle({ client, origin, settle }: Attempt, how: How): void {
    if (how !== 'refused') client.reached++;
    settle(responseOf(origin, how));
  }

  function send(method: string): Promise<void> {
    const id = `r${clients.size}`;
    const abort = new AbortController();
    const client: Client = { id, method, abort, left: false, status: undefined, body: '', reached: 0 };
    clients.set(id, client);
    const init = { method, headers: { 'x-id': id }, signal: abort.signal };
    return (
      set
        .request('https://app.example.com/x', method === 'POST' ? { ...init, body: 'x' } : init)
        .then(async (response) => {
          client.status = response.status;
          client.body = await response.text();
        })
        // The body of an answer that its client has left cannot be read.
        .catch((error: unknown) => {
          if (!client.left) violations.push(`${id} got no answer: ${error}`);
        })
    );
  }

  const chosen = <T>(list: readonly T[], number: number): T | undefined =>
    list[number % Math.max(list.length, 1)];
  const under_way: Promise<void>[] = [];
  const apply = (what: Step) => {
    switch (what.do) {
      case 'request':
        for (let i = 0; i < what.times; i++) under_way.push(send(what.method));
        return;
      case 'answer': {
        const index = what.which % Math.max(pending.length, 1);
        const [attempt] = pending.splice(index, 1);
        if (attempt !== undefined) settle(attempt, what.how);
        return;
      }
      case 'leave': {
        const client = chosen(
          [...clients.values()].filter(({ status, left }) => status === undefined && !left),
          what.who,
        );
        if (client === undefined) return;
        client.left = true;
        client.abort.abort();
        return;
      }
      case 'health': {
        const name = chosen(names, what.origin) ?? '';
        if (!down.delete(name) && down.size < names.length - 1) down.add(name);
        published.health = health((published.health?.version ?? 0) + 1);
        return;
      }
      case 'publish':
        published.config = documentOf(
          contentWithout(chosen([...names, undefined], what.gone)),
          published.config.version + 1,
        );
        return;
      case 'wait':
        set.clock.ms += what.ms;
    }
  };

  return {
    ...set,
    clients,
    violations,
    names,
    down,
    apply,
    send,
    /** Answers all that is open, and from now on everything at once. */
    finish: async () => {
      answering = 'ok';
      for (const attempt of pending.splice(0)) settle(attempt, 'ok');
      await Promise.all(under_way);
      await set.settled();
    },
    /** Names in the configuration that was published last. */
    served: () => published.config.config.pools['p']?.origins.map(({ name }) => name) ?? [],
    /** Every origin up, and everybody knows it. */
    recover: async () => {
      down.clear();
      // The next version of a health Worker whose clock is the gateway's.
      set.clock.ms += 200_000;
      published.health = health((published.health?.version ?? 0) + 1);
      for (let i = 0; i < 3; i++) {
        await send('GET');
        await set.settled();
        set.clock.ms += 6_000;
        published.health = health((published.health?.version ?? 0) + 1);
      }
    },
  };
}
