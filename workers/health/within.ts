/**
 * The outcome of `work`, unless it takes too long. What is late is left alone, not stopped: its outcome is ignored.
 * @throws Error when `ms` have passed
 */
export async function within<T>(ms: number, work: PromiseLike<T> | T): Promise<T> {
  let timer: number | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
