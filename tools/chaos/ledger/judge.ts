import type { Sent } from '../client/protocol.ts';
import { KINDS } from '../kinds.ts';
import { type Growth, growth, hasGrown } from '../memory/growth.ts';
import { againstTheirRule, hedgedUnsafely, unexplainedExecutions } from './attempts.ts';
import { type Class, classify, explanation } from './classify.ts';
import { wrongCopies } from './copies.ts';
import { type Covered, coveredBy, uncovered } from './covered.ts';
import { strayed } from './kept_together.ts';
import { longestFollowing, servedByOldConfiguration } from './late.ts';
import { leftInFlight, sentAfterLeaving } from './leaving.ts';
import { type Book, type Ledger, openBook, timesExecuted } from './ledger.ts';
import { refusedBelowLimit, servedAboveLimit } from './limits.ts';
import { type Steering, steering } from './steering.ts';

/** Something that must not happen in a run. */
export interface Condition {
  name: string;
  /** How often it happened. */
  found: number;
  /** Where it happened: ids of requests and WebSockets, or other names. */
  where: string[];
}

/** Errors that users saw, by cause. */
export interface Errors {
  class: Exclude<Class, 'served' | 'left' | 'limited'>;
  cause: string;
  count: number;
  /** Some of their ids. */
  ids: string[];
}

/** The result of a run. */
export interface Verdict {
  holds: boolean;
  conditions: Condition[];
  errors: Errors[];
  classes: Record<Class, number>;
  covered: Covered[];
  steering: Steering[];
  /** Longest time in which a replaced configuration still served requests. */
  followed_s: number;
  memory: Growth[];
}

/** Share of the planned requests that must have been sent and recorded. With fewer, the run shows nothing. */
const ENOUGH = 0.5;

/** Judges a run by its ledger: a pure function. */
export function judge(ledger: Ledger): Verdict {
  const book = openBook(ledger);
  const classified = ledger.sent.map((sent) => ({ sent, ...classify(sent, book) }));
  const of = (name: Class) => classified.filter((each) => each.class === name);
  const memory = growth(
    ledger.memory,
    ledger.generations,
    ledger.sent.map(({ at }) => at),
    ledger.ended_at,
  );
  const failed = of('failed').map(({ sent }) => sent);
  const once = ledger.sent.filter(({ kind }) => !KINDS[kind].idempotent);
  const conditions: Condition[] = [
    condition('failed idempotent requests', failed.filter(({ kind }) => KINDS[kind].idempotent).map(idOf)),
    condition(
      'non-idempotent requests without an answer',
      failed.filter(({ kind }) => !KINDS[kind].idempotent).map(idOf),
    ),
    condition(
      'non-idempotent requests executed more than once',
      once.filter(({ id }) => timesExecuted(book, id) > 1).map(idOf),
    ),
    condition(
      'non-idempotent requests answered with success but not executed',
      once.filter(({ id, status }) => status === 200 && timesExecuted(book, id) === 0).map(idOf),
    ),
    condition('wrong or mixed-up answers', ledger.sent.filter(({ body }) => body === 'wrong').map(idOf)),
    condition(
      'requests that arrived with a wrong body',
      ledger.executions.filter(({ step }) => step === 'wrong_body').map(({ id }) => id),
    ),
    condition(
      // Timeouts (504) do not count, because a busy machine misses deadlines too.
      'errors other than timeouts that no fault explains',
      of('not_repeatable')
        .filter(({ sent }) => sent.status !== 504)
        .filter(
          ({ sent }) =>
            explanation(sent, book.points(sent.id).at(-1)?.origin ?? sent.origin, book) === undefined,
        )
        .map(({ sent }) => sent.id),
    ),
    condition(
      'internal errors of the gateway',
      ledger.points
        .filter(({ outcome }) => outcome === 'internal_error')
        .map(({ path, detail }) => `${path.slice(path.lastIndexOf('/') + 1)}: ${detail}`),
    ),
    condition('WebSockets lost although their origin was not killed', lostSessions(book)),
    condition(
      'WebSockets whose frames did not come back in order',
      ledger.sessions.filter(({ wrong }) => wrong !== '').map(({ id, wrong }) => `${id}: ${wrong}`),
    ),
    condition(
      'Workers whose memory grew',
      memory.filter(hasGrown).map(({ worker }) => worker),
    ),
    condition('sessions and keys that left a healthy origin', strayed(book)),
    condition('requests that reached a pool against their rule', againstTheirRule(book)),
    condition('non-idempotent requests that were hedged', hedgedUnsafely(book)),
    condition('executions that neither a retry nor a hedge explains', unexplainedExecutions(book)),
    condition('wrong copies, and answers of the mirror to users', wrongCopies(book)),
    condition('requests refused below their limit', refusedBelowLimit(book)),
    condition('requests served above their limit', servedAboveLimit(book)),
    condition('requests sent to an origin after their client had left', sentAfterLeaving(book)),
    condition('requests of the last round that failed or found requests in flight', leftInFlight(book)),
    condition(
      'requests served by a configuration that was replaced too long before',
      servedByOldConfiguration(book),
    ),
    condition('reasons to distrust the run', distrust(book)),
  ];
  return {
    holds: conditions.every(({ found }) => found === 0),
    conditions,
    errors: errorsOf(classified),
    classes: {
      served: of('served').length,
      cut_mid_stream: of('cut_mid_stream').length,
      not_repeatable: of('not_repeatable').length,
      failed: failed.length,
      left: of('left').length,
      limited: of('limited').length,
    },
    covered: coveredBy(book),
    steering: steering(ledger),
    followed_s: longestFollowing(ledger),
    memory,
  };
}

function condition(name: string, where: string[]): Condition {
  return { name, found: where.length, where };
}

function idOf({ id }: Sent): string {
  return id;
}

function lostSessions({ ledger, faultsOf }: Book): string[] {
  return ledger.sessions
    .filter(({ ended_by, origin, ended_at }) => {
      const killed = faultsOf(origin, ended_at - 2_000, ended_at).some(({ kind }) => kind === 'kill');
      return ended_by === 'lost' && !killed;
    })
    .map(({ id, origin, error }) => `${id} at ${origin || 'no origin'}: ${error}`);
}

/** Reasons to distrust a run. A run in which nothing was sent or nothing was broken must not pass. */
function distrust(book: Book): string[] {
  const { ledger, points } = book;
  const { sent, rate, minutes, sessions, generations, faults } = ledger;
  const reasons: string[] = [];
  const meant = rate * minutes * 60;
  if (sent.length < meant * ENOUGH)
    reasons.push(`only ${sent.length} of ${meant} planned requests were sent`);
  if (new Set(sent.map(idOf)).size < sent.length) reasons.push('two requests had the same id');
  if (sessions.reduce((sum, { echoed }) => sum + echoed, 0) === 0)
    reasons.push('no WebSocket carried a frame');
  if (faults.length === 0) reasons.push('there were no faults');
  if (generations.length === 0) reasons.push('no Worker ran');
  const recorded = sent.filter(({ id }) => points(id).length > 0).length;
  if (recorded < sent.length * ENOUGH)
    reasons.push(`only ${recorded} of ${sent.length} requests have a data point`);
  return [...reasons, ...uncovered(book)];
}

function errorsOf(classified: readonly { sent: Sent; class: Class; cause: string }[]): Errors[] {
  const errors = new Map<string, Errors>();
  for (const { sent, class: name, cause } of classified) {
    if (name === 'served' || name === 'left' || name === 'limited') continue;
    const key = `${name} ${KINDS[sent.kind].method} ${cause}`;
    const entry = errors.get(key) ?? {
      class: name,
      cause: `${KINDS[sent.kind].method} ${cause}`,
      count: 0,
      ids: [],
    };
    entry.count++;
    if (entry.ids.length < 3) entry.ids.push(sent.id);
    errors.set(key, entry);
  }
  return [...errors.values()].sort((a, b) => b.count - a.count);
}
