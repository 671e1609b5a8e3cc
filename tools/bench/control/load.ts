import { setTimeout as sleep } from 'node:timers/promises';

/** Where requests are sent. */
export interface Destination {
  /** The path of its requests. */
  name: string;
  url: string;
  /** Time until the first request. */
  start_ms: number;
}

/** A slow and steady load. */
export interface SteadyLoad {
  /** Requests that were answered with 200. */
  ok: number;
  /** Requests that were not. */
  failed: number;
  /** Ends the load after the requests under way. */
  stop(): Promise<void>;
}

/**
 * Sends requests to every destination, one at a time each, at random distances.
 * @param per_s mean number of requests per second, for each destination
 * @param say receives why a request failed
 */
export function startSteadyLoad(
  destinations: readonly Destination[],
  per_s: number,
  say: (line: string) => void,
): SteadyLoad {
  let running = true;
  const send = async ({ name, url, start_ms }: Destination) => {
    await sleep(start_ms);
    while (running) {
      await sleep((2 * Math.random() * 1_000) / per_s);
      const failure = await failureOf(`${url}/${name}`);
      if (failure === undefined) load.ok++;
      else {
        load.failed++;
        say(`a request to ${name} failed: ${failure}`);
      }
    }
  };
  const load: SteadyLoad = {
    ok: 0,
    failed: 0,
    stop: async () => {
      running = false;
      await Promise.all(senders);
    },
  };
  const senders = destinations.map(send);
  return load;
}

/** Sends a request. @returns undefined: it was answered with 200 */
async function failureOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    const body = await response.text();
    return response.status === 200 ? undefined : `status ${response.status}: ${body}`;
  } catch (error) {
    return String(error);
  }
}
