import type { Failure } from '../../../shared/contracts/carrying.ts';
import type { Origin } from '../../../shared/model/config.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import type { Decision } from './decision.ts';

/** One attempt at one origin, from the moment it counts as in flight there. */
export interface Attempt {
  readonly origin: Origin;
  /** 1 for the first attempt of the request. */
  readonly number: number;
  /** Requests in flight at the origin before this one. */
  readonly inflight: number;
  /** Milliseconds since the epoch. */
  readonly started_at: number;
  /** The decision that led to this origin. */
  readonly decision: Decision;
  /** Returns every count that the attempt took. Calls after the first have no effect. */
  readonly release: () => void;
}

/** What a proxy brought back: an origin's answer, the reason why there is none, or both (Cloudflare's 521 in its place). */
export interface ProxyResult {
  response?: Response;
  /** The body has been read already, so nothing can go wrong with it any more. */
  whole: boolean;
  failure?: ProxyFailure;
  /** Time until response headers or the failure. Where the body was streamed, it counts from the end of the upload. */
  first_byte_ms: number;
  /** The answer came before a streamed upload had ended, so `first_byte_ms` counts from the upload's start and says nothing of the origin. */
  early?: true;
}

/** Why there is no answer, according to the proxy or to this gateway. */
export interface ProxyFailure extends Failure {
  /** There was an answer, but it broke off in its short body. */
  cut_short?: true;
}

/** The result of an attempt. */
export interface AttemptResult extends ProxyResult {
  attempt: Attempt;
}

/** The attempts of one request. Failover keeps this record and goes by it; the data point is derived from it. */
export class Attempts {
  readonly #begun: Attempt[] = [];
  readonly #failed: AttemptResult[] = [];
  /** The attempt that the request ended with: the one whose answer is delivered, else the last one that failed. */
  ended_with: AttemptResult | undefined;
  /** Why the last repeated attempt was repeated; empty: none was. */
  retry_reason = '';
  /** How long the request waited for a free place at an origin. */
  queued_ms = 0;
  /** How long the request waited between attempts. */
  backoff_ms = 0;

  get count(): number {
    return this.#begun.length;
  }

  /** The attempt that began last. */
  get last(): Attempt | undefined {
    return this.#begun.at(-1);
  }

  begin(attempt: Attempt): void {
    this.#begun.push(attempt);
  }

  fail(result: AttemptResult): void {
    this.#failed.push(result);
  }

  /** Origins that failed, apart from the one that the request ended with, in the order in which they failed. */
  get failed_origins(): OriginId[] {
    return this.#failed
      .filter((result) => result !== this.ended_with)
      .map(({ attempt }) => attempt.origin.id);
  }

  /** Returns every count that the attempts took. */
  release(): void {
    for (const attempt of this.#begun) attempt.release();
  }
}
