/** A deadline passed. */
export class DeadlineError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/**
 * The outcome of `work`, unless it takes too long. The work itself goes on; if it fails later, nobody is told.
 * @throws {DeadlineError} when `ms` milliseconds have passed, or what `work` throws
 */
export async function within<T>(ms: number, work: PromiseLike<T> | T): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(new DeadlineError(ms)), ms);
  try {
    return await Promise.race([work, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}
