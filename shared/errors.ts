import type { Outcome } from './contracts/carrying.ts';

/**
 * An error with its HTTP response. Code on the request path throws it, and one place renders it.
 *
 * The client sees `message`, so it names no internals. `detail` is for data points and logs and never leaves the Worker.
 */
export class HttpError extends Error {
  readonly status: number;
  readonly outcome: Outcome;
  readonly detail: string;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    options: { outcome?: Outcome; detail?: string; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpError';
    this.status = status;
    this.outcome = options.outcome ?? 'internal_error';
    this.detail = options.detail ?? '';
    this.headers = options.headers ?? {};
  }
}
