import { setTimeout as sleep } from 'node:timers/promises';

/** The result of a load, as its clients saw it. */
export interface Seen {
  /** The number of answers by status. A request without an answer counts as `error`. */
  statuses: Record<string, number>;
  requests: number;
  /** The slowest answer, in milliseconds. */
  slowest_ms: number;
}

/**
 * Sends GET requests from a few clients until it is stopped, for at most two minutes. Each client sends one after the other.
 * @param pause_ms how long each client waits between an answer and its next request
 */
export function startLoad(
  url: string,
  { clients = 4, pause_ms = 10 } = {},
): { seen: Seen; stop(): Promise<Seen> } {
  const seen: Seen = { statuses: {}, requests: 0, slowest_ms: 0 };
  const end = Date.now() + 120_000;
  let running = true;
  const client = async () => {
    while (running && Date.now() < end) {
      const started_at = performance.now();
      const status = await fetch(url).then(
        async (response) => {
          await response.arrayBuffer();
          return String(response.status);
        },
        () => 'error',
      );
      seen.requests++;
      seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
      seen.slowest_ms = Math.max(seen.slowest_ms, performance.now() - started_at);
      await sleep(pause_ms);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    seen,
    stop: async () => {
      running = false;
      await all;
      return seen;
    },
  };
}
