import type { Item } from './operations.ts';

/** When the prices below were read. */
export const PRICES_OF = 'November 2026';

/** What a Workers Paid account costs a month before any use. */
export const BASE_USD = 5;

/** The price of an item on the Workers plans. */
export interface Price {
  name: string;
  /** Included in Paid each month, for all Workers of the account. */
  included: number;
  /** Of a million more, in US dollars. */
  usd_per_million: number;
  /** The most a day on Free, for all Workers of the account. Absent: none. */
  free_per_day?: number;
  source: string;
}

const WORKERS = 'https://developers.cloudflare.com/workers/platform/pricing/';
const KV = 'https://developers.cloudflare.com/kv/platform/pricing/';
const OBJECTS = 'https://developers.cloudflare.com/durable-objects/platform/pricing/';
const ANALYTICS = 'https://developers.cloudflare.com/analytics/analytics-engine/pricing/';

/**
 * Prices change: compare with the sources, edit the figures and {@link PRICES_OF}, and run `npm run docs`.
 *
 * Data points had a price but were not billed yet. The limits are those of a day in UTC. After one is reached, further operations of
 * this kind fail until midnight.
 */
export const PRICES: Readonly<Record<Item, Price>> = {
  worker_requests: {
    name: 'Worker requests',
    included: 10e6,
    usd_per_million: 0.3,
    free_per_day: 100_000,
    source: WORKERS,
  },
  cpu_ms: { name: 'CPU milliseconds', included: 30e6, usd_per_million: 0.02, source: WORKERS },
  data_points: {
    name: 'data points',
    included: 10e6,
    usd_per_million: 0.25,
    free_per_day: 100_000,
    source: ANALYTICS,
  },
  kv_reads: { name: 'KV reads', included: 10e6, usd_per_million: 0.5, free_per_day: 100_000, source: KV },
  kv_writes: { name: 'KV writes', included: 1e6, usd_per_million: 5, free_per_day: 1_000, source: KV },
  object_requests: {
    name: 'object requests',
    included: 1e6,
    usd_per_million: 0.15,
    free_per_day: 100_000,
    source: OBJECTS,
  },
  object_gb_s: {
    name: 'object GB-seconds',
    included: 400_000,
    usd_per_million: 12.5,
    free_per_day: 13_000,
    source: OBJECTS,
  },
  rows_written: {
    name: 'object rows written',
    included: 50e6,
    usd_per_million: 1,
    free_per_day: 100_000,
    source: OBJECTS,
  },
  log_events: {
    name: 'log events',
    included: 20e6,
    usd_per_million: 0.6,
    free_per_day: 200_000,
    source: WORKERS,
  },
};
