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

/** The result of a call to a proxy: an answer, a failure, or both if Cloudflare answered in place of the origin (521). */
export interface ProxyResult {
  response?: Response;
  /** Whether the body has been read to its end, so that it cannot break off any more. */
  whole: boolean;
  failure?: ProxyFailure;
  /** Time until response headers or the failure. If the request's body was streamed, it counts from the end of the upload. */
  first_byte_ms: number;
  /** The answer came before a streamed upload had ended. `first_byte_ms` then counts from the start of the upload. */
  early?: true;
}

/** Why an origin gave no usable answer, as the proxy or this gateway found. */
export interface ProxyFailure extends Failure {
  /** The answer broke off in a short body. */
  cut_short?: true;
}

/** The result of an attempt. */
export interface AttemptResult extends ProxyResult {
  attempt: Attempt;
}

/** The attempts of one request. Failover writes and reads this record. The data point is derived from it. */
export class Attempts {
  readonly begun: Attempt[] = [];
  readonly failed: AttemptResult[] = [];
  /** The attempt whose answer is delivered. If there is none, the last attempt that failed. */
  ended_with: AttemptResult | undefined;
  /** Why the last retry was made. Empty: there was no retry. */
  retry_reason = '';
  /** How long the request waited in a queue until an origin had room. */
  queued_ms = 0;
  /** How long the request waited before retries. */
  backoff_ms = 0;

  get count(): number {
    return this.begun.length;
  }

  /** The attempt that began last. */
  get last(): Attempt | undefined {
    return this.begun.at(-1);
  }

  /** Origins of failed attempts, in that order, without the last one at the origin of {@link ended_with}. */
  get failed_origins(): OriginId[] {
    const origins = this.failed.map(({ attempt }) => attempt.origin.id);
    const { ended_with } = this;
    const last = ended_with === undefined ? -1 : origins.lastIndexOf(ended_with.attempt.origin.id);
    return origins.filter((_, index) => index !== last);
  }

  /** Returns every count that the attempts took. */
  release(): void {
    for (const attempt of this.begun) attempt.release();
  }
}
