/** The work took longer than allowed. */
export class DeadlineError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/**
 * The result of `work`, unless that takes too long. The work itself continues, and a later failure is ignored.
 * @throws {DeadlineError} after `ms` milliseconds, or the error of `work`
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
