import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Balancer, Pool } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import { balancer, failed, inOrder, last, plain, pool, setUp } from '../workers/gateway/support.ts';
import { runs } from './runs.ts';

// Whole requests through the gateway in virtual time, in every order of abort, failure, answer and hedge that the drawn
// delays make.

const URL = 'https://app.example.com/x';
const ORIGINS = ['p/a', 'p/b', 'p/c'] as const;
const RETRIES = 10;
/** No order lasts longer: attempts, their grace, waits and bodies together. */
const ALL_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A case is dozens of attempts: a tenth of the cases of other properties takes as long. */
const CASES = Math.ceil(runs().numRuns / 10);
/** 75 ms a case on a busy machine. */
const TIMEOUT_MS = Math.max(60_000, CASES * 200);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Often the same, so that events meet; around the gateway's own delays, so that they come before and after. */
const delay = fc.constantFrom(0, 0, 1, 9, 10, 11, 40, 99, 101, 250, 400);

/** What an origin does with one attempt. */
const deed = fc.record({
  kind: fc.constantFrom('answer', 'answer', 'stream', 'busy', 'refuse', 'lose', 'cut', 'cut_stream', 'hang'),
  after_ms: delay,
  body_ms: delay,
});
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

const client = fc.record({
  starts_ms: delay,
  method: fc.constantFrom('GET', 'GET', 'PUT', 'POST'),
  body: fc.constantFrom('none', 'short', 'long'),
  leaves_after_ms: fc.option(delay, { nil: undefined }),
});

const gateway = fc.record({
  hedges: fc.boolean(),
  backoff_ms: fc.constantFrom(0, 10),
  same_origin: fc.boolean(),
  max_inflight: fc.constantFrom(undefined, 1, 2),
  max_queue: fc.constantFrom(0, 2),
  total_ms: fc.constantFrom(150, 100_000),
  by: fc.constantFrom(undefined, 'prequal' as const, 'peak_ewma' as const),
  selector_ms: delay,
});
type Gateway = typeof gateway extends fc.Arbitrary<infer T> ? T : never;

function balancerOf({ hedges, backoff_ms, same_origin, total_ms }: Gateway): Balancer {
  const app = balancer({ timeouts: { first_byte_ms: 100, total_ms, idle_ms: 1_000 } });
  if (hedges) app.hedging = { after_ms: 10 };
  Object.assign(app.retry, {
    attempts: 3,
    backoff: { base_ms: backoff_ms, max_ms: backoff_ms },
    budget: { percent: 0, min_per_s: RETRIES / 10 },
    max_body_bytes: 100,
    ...(same_origin && { same_origin }),
  });
  return app;
}

function poolOf({ max_inflight, max_queue }: Gateway): Pool {
  const names = ORIGINS.map((id) => id.slice(2));
  if (max_inflight === undefined) return pool('p', names);
  return pool('p', names, { circuit_breaker: { max_inflight, max_queue, queue_ms: 100 } });
}

/** @param end after its second piece */
function streamed(name: string, wait_ms: number, end: 'close' | 'error'): Response {
  const body = new ReadableStream({
    type: 'bytes',
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(name));
      await sleep(wait_ms);
      try {
        if (end === 'error') return controller.error(new Error('reset'));
        controller.enqueue(new TextEncoder().encode('.'));
        controller.close();
      } catch {
        // Cancelled meanwhile.
      }
    },
  });
  return new Response(body);
}

function shortened(name: string, wait_ms: number): Response {
  const { body } = streamed(name, wait_ms, 'error');
  return new Response(body, { headers: { 'content-length': '1000' } });
}

async function does({ kind, after_ms, body_ms }: Deed, name: string): Promise<Response> {
  if (kind === 'hang') return new Promise(() => {});
  await sleep(after_ms);
  switch (kind) {
    case 'refuse':
      return failed('connect_failed', false);
    case 'lose':
      return failed('connection_lost', true);
    case 'busy':
      return plain(name, { status: 503 });
    case 'cut':
      return shortened(name, body_ms);
    case 'cut_stream':
      return streamed(name, body_ms, 'error');
    case 'stream':
      return streamed(name, body_ms, 'close');
    default:
      return plain(name);
  }
}

/** Advances the timers until `work` has ended. On a busy machine a wait can begin after an advance has passed it by. */
async function advanceUntil<T>(work: Promise<T>): Promise<T> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  do await vi.advanceTimersByTimeAsync(ALL_MS);
  while (!ended);
  return work;
}

const BODIES = { none: undefined, short: 'x'.repeat(50), long: 'y'.repeat(500) } as const;

it(
  'every count is returned, nothing is sent for a client that has left, and each request has one answer and one point',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        gateway,
        fc.array(client, { minLength: 1, maxLength: 5 }),
        fc.array(deed, { minLength: 1, maxLength: 12 }),
        async (how, clients, deeds) => {
          const app = balancerOf(how);
          const began_at = Date.now();
          const sent: Array<{
            who: number;
            origin: OriginId;
            deed: Deed;
            at: number;
            body: string | undefined;
          }> = [];
          const set = setUp({
            balancer: app,
            pools: [poolOf(how)],
            select: async (question) => {
              await sleep(how.selector_ms);
              const answer = inOrder([...ORIGINS])(question);
              const rankings = answer.rankings.map((one) => ({
                ...one,
                ...(how.by && { by: how.by, finalists: 3 }),
              }));
              return { ...answer, rankings };
            },
            carry: async (request, { origin }) => {
              const does_what = deeds[sent.length % deeds.length] ?? {
                kind: 'answer',
                after_ms: 0,
                body_ms: 0,
              };
              const entry = {
                who: Number(request.headers.get('x-who')),
                origin,
                deed: does_what,
                at: Date.now(),
                body: undefined as string | undefined,
              };
              sent.push(entry);
              if (request.body !== null && does_what.kind !== 'refuse')
                entry.body = await request.text().catch(() => 'cut');
              return does(does_what, origin);
            },
            // Budgets fade with time: with a clock that stands still they add up exactly.
            now: () => 1_000_000,
          });
          const { guards, inflight, reports } = set.isolate;
          for (const id of ORIGINS) reports.note(id, { named_metrics: { rif: 0 } }, 0, 1, 1_000_000);

          const left_at = new Map<number, number>();
          const answers = clients.map(async ({ starts_ms, method, body, leaves_after_ms }, who) => {
            await sleep(starts_ms);
            const leaves = new AbortController();
            const content = method === 'GET' ? undefined : BODIES[body];
            const init: RequestInit = { method, headers: { 'x-who': String(who) }, signal: leaves.signal };
            if (leaves_after_ms !== undefined)
              setTimeout(() => {
                left_at.set(who, Date.now());
                leaves.abort();
              }, leaves_after_ms);
            const answer = await set.request(URL, {
              ...init,
              ...(content === undefined ? {} : { body: content }),
            });
            const text = await answer.text().catch(() => undefined);
            return { status: answer.status, text };
          });
          const seen = await advanceUntil(Promise.all(answers));
          await advanceUntil(set.settled());
          await vi.advanceTimersByTimeAsync(ALL_MS);
          await set.settled();

          // Every count is back.
          expect(ORIGINS.map((id) => inflight.of(id))).toEqual([0, 0, 0]);
          expect(guards.queue(poolOf(how)).length).toBe(0);
          const asked_since = new Set(sent.map(({ origin }) => origin));
          for (const id of ORIGINS)
            if (!asked_since.has(id)) expect(reports.recent(id, Infinity, 1_000_000)?.rif).toBe(0);

          // One data point for each request, of what its client got.
          expect(set.points).toHaveLength(clients.length);
          const points = set.points.map((point) => ({
            method: String(last([point], 'method')),
            status: Number(last([point], 'status')),
            origin: String(last([point], 'origin')),
            attempts: Number(last([point], 'attempts')),
            hedged: String(last([point], 'events'))
              .split(',')
              .includes('hedged')
              ? 1
              : 0,
            failed: String(last([point], 'failed_origins')),
          }));
          expect(points.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(sent.length);
          for (const [who, { status, text }] of seen.entries()) {
            const mine = sent.filter((one) => one.who === who);
            const gone_at = left_at.get(who) ?? Number.POSITIVE_INFINITY;
            expect(mine.filter(({ at }) => at > gone_at)).toEqual([]);
            // An answer comes from an origin that was asked, and a data point says from which.
            if (text?.startsWith('p/')) {
              const origin = text.replace('.', '');
              expect(mine.map((one) => one.origin)).toContain(origin);
              expect(points.filter((one) => one.status === status && one.origin === origin)).not.toEqual([]);
            }
            // At most one application has seen a request that must not be repeated, and that one has seen all of it.
            const { method, body } = clients[who] ?? {};
            if (method === 'POST')
              expect(mine.filter(({ deed }) => deed.kind !== 'refuse').length).toBeLessThan(2);
            if (
              method !== 'GET' &&
              body !== undefined &&
              gone_at === Number.POSITIVE_INFINITY &&
              text?.startsWith('p/')
            )
              expect(mine.map((one) => one.body)).toContain(BODIES[body]);
          }

          // Budgets: a retry without an answer has cost one, and every hedge has cost one.
          const spent = points.reduce((sum, { attempts, hedged, status }) => {
            const retries = Math.max(0, attempts - 1 - hedged);
            return sum + retries - (retries > 0 && status === 200 ? 1 : 0);
          }, 0);
          const rest = (budget: {
            take: (rule: NonNullable<typeof app.retry.budget>, now: number) => boolean;
          }) => {
            let count = 0;
            while (app.retry.budget !== undefined && budget.take(app.retry.budget, 1_000_000)) count++;
            return count;
          };
          expect(rest(guards.budget(app))).toBe(RETRIES - spent);
          expect(rest(guards.hedges(app))).toBe(
            RETRIES - points.reduce((sum, { hedged }) => sum + hedged, 0),
          );
          expect(began_at).toBeLessThan(Date.now());
        },
      ),
      { numRuns: CASES },
    );
  },
  TIMEOUT_MS,
);
