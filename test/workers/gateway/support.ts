import { TRAFFIC } from '../../../shared/analytics/datasets.ts';
import {
  FAILURE_HEADER,
  type Failure,
  TICKET_HEADER,
  type Ticket,
} from '../../../shared/contracts/carrying.ts';
import type { Answer, Question } from '../../../shared/contracts/selection.ts';
import type { Balancer, Pool } from '../../../shared/model/config.ts';
import type { Env } from '../../../workers/gateway/env.ts';
import { serve } from '../../../workers/gateway/serve.ts';
import { compileConfig } from '../../../workers/gateway/state/compiled_config.ts';
import { Isolate } from '../../../workers/gateway/state/isolate.ts';
import { balancer, config, documentOf, pool } from '../../support/normalised.ts';
import { stored } from '../../support/stored.ts';

export { balancer, config, documentOf, origin, pool } from '../../support/normalised.ts';

// Each isolate writes its configuration to the cache after its first request. That takes the local runtime 10 ms, and
// these tests start thousands of isolates.
caches.default.put = async () => {};

/** Returns a selector that answers `once`, with rankings that begin at each origin in turn. */
export function rotating(
  ids: Array<`${string}/${string}`>,
  change: Partial<Answer> = {},
): (q: Question) => Answer {
  return ({ want }) => ({
    rankings: Array.from({ length: want }, (_, i) => ({
      origins: ids.map((_, j) => ids[(i + j) % ids.length] ?? 'none/none'),
      finalists: 0,
    })),
    use: 'once',
    vary: [],
    max_age_ms: 10_000,
    strategy: 'off/round_robin',
    version: 's1',
    config_version: 1,
    health_version: 0,
    ...change,
  });
}

/** Returns a selector that answers one ranking, which is used until it is too old. */
export function inOrder(ids: Array<`${string}/${string}`>): (q: Question) => Answer {
  return (question) => ({
    ...rotating(ids)(question),
    rankings: [{ origins: ids, finalists: 0 }],
    use: 'repeat',
  });
}

type Carry = (request: Request, ticket: Ticket) => Response | Promise<Response>;

/** A gateway with a fake selector, proxy and dataset, and a clock that the test moves. */
export function setUp(options: {
  balancer?: Balancer;
  pools?: Pool[];
  select?: (question: Question) => Answer | Promise<Answer>;
  carry?: Carry;
  /** Default: the clock that the test moves. */
  now?: () => number;
  /** Uniform in [0, 1). */
  random?: () => number;
  /** Further bindings. */
  bindings?: Record<string, unknown>;
}) {
  const pools = options.pools ?? [pool('p', ['a', 'b', 'c'])];
  const points: Array<{ indexes: string[]; blobs: string[]; doubles: number[] }> = [];
  const tickets: Ticket[] = [];
  const questions: Question[] = [];
  const clock = { ms: 1_000_000 };
  const select = options.select ?? rotating(['p/a', 'p/b', 'p/c']);
  const carry = options.carry ?? ((_request, ticket) => plain(`${ticket.origin}\n`));
  const env = {
    SELECTOR: {
      select: async (question: Question) => {
        questions.push(question);
        return select(question);
      },
    },
    PROXY: {
      fetch: async (url: string, init: RequestInit) => {
        const request = new Request(url, init);
        const ticket = JSON.parse(request.headers.get(TICKET_HEADER) ?? 'null') as Ticket;
        tickets.push(ticket);
        return carry(request, ticket);
      },
    },
    TRAFFIC: { writeDataPoint: (point: (typeof points)[number]) => void points.push(point) },
    ...options.bindings,
  } as unknown as Env;
  const isolate = new Isolate(env, options.now ?? (() => clock.ms), options.random);
  isolate.documents.offer(compileConfig(documentOf(config([options.balancer ?? balancer()], pools))));
  const deferred: Promise<unknown>[] = [];
  const ctx = {
    waitUntil: (work: Promise<unknown>) => void deferred.push(work),
  } as unknown as ExecutionContext;
  return {
    env,
    isolate,
    clock,
    points,
    tickets,
    questions,
    request: (url: string, init?: RequestInit) =>
      serve(new Request(url, { redirect: 'manual', ...init }), isolate, ctx),
    settled: async () => {
      while (deferred.length > 0) await deferred.shift();
    },
  };
}

/** A proxy's response to a failed attempt. Its null body arrives over a binding as an empty one. */
export function failed(outcome: Failure['outcome'], reached: boolean): Response {
  const failure: Failure = { outcome, reached };
  return new Response('', { status: 502, headers: { [FAILURE_HEADER]: JSON.stringify(failure) } });
}

/** An answer that declares its length, as most do. */
export function plain(text: string, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  headers.set('content-length', String(new TextEncoder().encode(text).byteLength));
  return new Response(text, { ...init, headers });
}

/** Reads a column of the last data point by its logical name. */
export function last(
  points: Array<{ blobs: string[]; doubles: number[] }>,
  name: keyof typeof TRAFFIC.columns,
) {
  return stored(points.at(-1), TRAFFIC.columns[name]);
}
