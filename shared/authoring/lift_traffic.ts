import type { Metrics, RateLimit, Retry } from '../model/config.ts';
import { GATEWAY_ERRORS } from '../model/retry.ts';
import { SERVER_ERRORS } from './normalise_traffic.ts';
import type { FileBalancer } from './schema.ts';

// The inverse of normalise_traffic.ts.

/** The name in a file that stands for a binding: `PROXY_EU` -> `eu`. @returns undefined: the binding without a name */
export function nameOfBinding(kind: string, binding: string): string | undefined {
  return binding === kind
    ? undefined
    : binding
        .slice(kind.length + 1)
        .toLowerCase()
        .replaceAll('_', '-');
}

/** Puts `gateway_error` and `5xx` in place of the statuses that they stand for. */
export function liftRetry({ on, on_status, ...retry }: Retry): FileBalancer['retry'] {
  if (on === undefined) {
    const standard = on_status.length === GATEWAY_ERRORS.length && hasAll(on_status, GATEWAY_ERRORS);
    return standard ? retry : { ...retry, on_status };
  }
  const [word, covered] = hasAll(on_status, SERVER_ERRORS)
    ? (['5xx', SERVER_ERRORS] as const)
    : (['gateway_error', GATEWAY_ERRORS] as const);
  if (!hasAll(on_status, covered)) return { ...retry, on, on_status };
  const others = on_status.filter((status) => !covered.includes(status));
  return { ...retry, on: [...on, word], on_status: others.length > 0 ? others : undefined };
}

function hasAll(statuses: readonly number[], covered: readonly number[]): boolean {
  return covered.every((status) => statuses.includes(status));
}

export function liftRateLimit(limit: RateLimit | undefined): FileBalancer['rate_limit'] {
  if (limit === undefined) return undefined;
  const { binding, by, retry_after_s } = limit;
  return { limiter: nameOfBinding('RATE_LIMIT', binding), by, retry_after_s };
}

/** The share with as few digits as give the same number: one in 3 is 0.333. */
export function liftMetrics(metrics: Metrics | undefined): FileBalancer['metrics'] {
  if (metrics === undefined) return undefined;
  const exact = 1 / metrics.one_in;
  const short = [1, 2, 3, 4, 5, 6].map((digits) => Number(exact.toPrecision(digits)));
  // Validation allows a share to be off by a hundredth; a tenth of that looks right to a reader, too.
  const sample = short.find(
    (share) => Math.round(1 / share) === metrics.one_in && Math.abs(share / exact - 1) <= 0.001,
  );
  return { sample: sample ?? exact };
}
