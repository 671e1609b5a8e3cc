import type { Origin } from '../../../shared/model/config.ts';
import type { Attempt } from '../exchange/attempts.ts';
import type { Decision } from '../exchange/decision.ts';
import { type Exchange, stillWanted } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { orderKey } from '../selection/order_key.ts';
import type { Selection, SessionConstraint } from '../selection/selection.ts';
import { settlerOf } from '../selection/settlers/settlers.ts';
import { spares } from '../selection/spares.ts';
import type { Queue } from '../state/queue.ts';

/**
 * The origins that a request tries, one after the other. It tries no origin twice while another is left. It skips origins with
 * as many requests in flight as the circuit breaker of their pool allows.
 */
export class Route {
  readonly #exchange: Exchange;
  #origins: readonly Origin[];
  #decision: Decision;
  readonly #constraint: SessionConstraint | undefined;
  #rest: SessionConstraint['rest'];
  /** The origins tried so far, the one tried longest ago first. */
  readonly #tried: Origin[] = [];
  #spares: readonly Origin[] | undefined;
  /** Whether an origin was passed over because it is full. */
  full = false;

  /** With `constraint.only`, no spare origins take the places of full ones. */
  constructor(exchange: Exchange, { decision, origins, constraint }: Selection) {
    this.#exchange = exchange;
    this.#origins = origins;
    this.#decision = decision;
    this.#constraint = constraint;
    this.#rest = constraint?.rest;
    if (constraint?.only) this.#spares = [];
  }

  /**
   * Adds the origins that follow the session's own, once none of these can take the request. Call it before {@link peek} and
   * {@link begin}.
   * @returns undefined: there is nothing to wait for
   */
  extend(): Promise<void> | undefined {
    if (this.#rest === undefined || this.#origins.some((one) => this.#may(one))) return undefined;
    return this.#extendBy(this.#rest);
  }

  async #extendBy(rest: NonNullable<SessionConstraint['rest']>): Promise<void> {
    this.#rest = undefined;
    const { decision, origins } = await rest();
    this.#decision = decision;
    this.#origins = [...this.#origins, ...origins.filter((origin) => !this.#origins.includes(origin))];
  }

  /** Whether another attempt is allowed and has an origin to go to, full or not. */
  get continues(): boolean {
    const { balancer, attempts } = this.#exchange;
    const { attempts: most, same_origin } = balancer.retry;
    if (attempts.count >= most) return false;
    return same_origin === true || this.#rest !== undefined || this.#origins.length > this.#tried.length;
  }

  /** Whether the next origin was tried before. @returns undefined: no origin is left, or all are full */
  peek(): 'fresh' | 'again' | undefined {
    if (this.#fresh() !== undefined) return 'fresh';
    return this.#oldest() && 'again';
  }

  /**
   * Begins an attempt at the next origin. It takes its place there at once, because another request may have it after a wait.
   * @returns undefined: no origin is left, or all are full
   * @throws {HttpError} 499 if the request has ended
   */
  begin(): Attempt | undefined {
    return this.#begin(this.#fresh() ?? this.#oldest());
  }

  /** Begins an attempt as {@link begin} does, at an origin that was not tried yet. @param wanted whether an origin will do */
  beginFresh(wanted: (origin: Origin) => boolean): Attempt | undefined {
    return this.#begin(this.#fresh(wanted));
  }

  #begin(origin: Origin | undefined): Attempt | undefined {
    if (origin === undefined) return undefined;
    const attempt = beginAttempt(this.#exchange, origin, this.#decision);
    const index = this.#tried.indexOf(origin);
    if (index !== -1) this.#tried.splice(index, 1);
    this.#tried.push(origin);
    return attempt;
  }

  #fresh(wanted: (origin: Origin) => boolean = () => true): Origin | undefined {
    const may = (origin: Origin) => wanted(origin) && this.#may(origin);
    const origin = this.#origins.find(may);
    if (origin !== undefined || !this.full || this.#rest !== undefined) return origin;
    this.#spares ??= spares(
      this.#exchange,
      this.#origins,
      orderKey(this.#exchange, this.#decision, this.#constraint),
    );
    return this.#spares.find(may);
  }

  #may(origin: Origin): boolean {
    return !this.#tried.includes(origin) && this.#free(origin);
  }

  #oldest(): Origin | undefined {
    if (!this.#exchange.balancer.retry.same_origin) return undefined;
    return this.#tried.find((one) => this.#free(one));
  }

  #free({ id }: Origin): boolean {
    const { compiled, isolate, trace } = this.#exchange;
    const { max_inflight } = compiled.pools.get(id)?.circuit_breaker ?? {};
    if (max_inflight === undefined || isolate.inflight.of(id) < max_inflight) return true;
    this.full = true;
    mark(trace, 'overflow');
    return false;
  }
}

/**
 * Begins an attempt and counts it as in flight at its origin. Do not await anything between reading the origin's count and
 * this call. {@link Attempt.release} returns every count taken here; the end of the request calls it at the latest.
 * @throws {HttpError} 499 if the request has ended
 */
function beginAttempt(exchange: Exchange, origin: Origin, decision: Decision): Attempt {
  const { isolate, compiled, life, attempts } = exchange;
  stillWanted(life);
  const inflight = isolate.inflight.of(origin.id);
  const pool = compiled.pools.get(origin.id);
  const queues = pool !== undefined && (pool.circuit_breaker?.max_queue ?? 0) > 0;
  const takeBack = settlerOf(decision.ranking).sent?.(origin.id, isolate);
  const queue = queues ? isolate.guards.queue(pool) : undefined;
  const release = isolate.inflight.begin(origin.id, afterRelease(takeBack, queue));
  const number = attempts.count + 1;
  const attempt: Attempt = { origin, number, inflight, started_at: isolate.now(), decision, release };
  attempts.begun.push(attempt);
  return attempt;
}

/** Most attempts have neither, and then need no function of their own. */
function afterRelease(
  takeBack: (() => void) | undefined,
  queue: Queue | undefined,
): (() => void) | undefined {
  if (takeBack === undefined && queue === undefined) return undefined;
  return () => {
    takeBack?.();
    queue?.wake();
  };
}
