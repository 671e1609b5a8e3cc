import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks repeatedly until there is an answer.
 * @returns the first answer that is neither undefined nor false
 * @throws Error if there is none in time
 */
export async function eventually<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeout_ms = 10_000,
): Promise<T> {
  const until = performance.now() + timeout_ms;
  while (performance.now() < until) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(10);
  }
  throw new Error(`no answer within ${timeout_ms} ms from ${ask}`);
}
