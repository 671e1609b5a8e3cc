import type { Recorded } from './recorded.ts';
import { type Latency, latencyOf, type Observation, Times } from './times.ts';

/** Figures of one origin or of all. Latencies are first-byte times of good answers; absent if there are none. */
export interface OriginFigures {
  origin: string;
  /** Weighted, as all numbers of requests. */
  observed_requests: number;
  replayed_requests: number;
  observed?: Latency;
  estimated?: Latency;
}

/** One origin in a replay. */
export interface Site {
  origin: string;
  times: Times;
  /** Weight of the draws of each observation so far. */
  drawn: Float64Array;
  observed: number;
  replayed: number;
}

/** The sites of the configured origins and of those in the rows. @param rows in any order */
export function sitesOf(rows: readonly Recorded[], configured: Iterable<string>): Site[] {
  const ids = new Set([...configured, ...rows.map(({ origin }) => origin)]);
  ids.delete('');
  const by_origin = new Map<string, Recorded[]>([...ids].map((id) => [id, []]));
  for (const row of rows) by_origin.get(row.origin)?.push(row);
  return [...by_origin].map(([origin, own]) => {
    const times = new Times(own.filter(({ outcome }) => outcome === 'ok').map(observationOf));
    const drawn = new Float64Array(times.observations.length);
    return { origin, times, drawn, observed: weightOf(own), replayed: 0 };
  });
}

function observationOf({ first_byte_ms, total_ms, attempts, weight }: Recorded): Observation {
  // With several attempts, `total_ms` covers all of them, but the row has only the origin of the last one.
  const held_ms = attempts > 1 ? first_byte_ms : Math.max(first_byte_ms, total_ms);
  return { first_byte_ms, held_ms, weight };
}

/** Sums up sites. @param origin what to call them together */
export function figuresOf(origin: string, sites: readonly Site[]): OriginFigures {
  const observed = latencyOf(sites.flatMap(({ times }) => times.observations));
  const estimated = latencyOf(
    sites.flatMap(({ times, drawn }) =>
      times.observations.map(({ first_byte_ms }, index) => ({ first_byte_ms, weight: drawn[index] ?? 0 })),
    ),
  );
  return {
    origin,
    observed_requests: sites.reduce((sum, site) => sum + site.observed, 0),
    replayed_requests: sites.reduce((sum, site) => sum + site.replayed, 0),
    ...(observed && { observed }),
    ...(estimated && { estimated }),
  };
}

/** How many requests rows stand for. */
export function weightOf(rows: readonly Recorded[]): number {
  return rows.reduce((sum, { weight }) => sum + weight, 0);
}
