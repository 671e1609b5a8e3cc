/** A deployment and its traffic. Rates are means of a whole day, and traffic is spread evenly over isolates and data centres. */
export interface Deployment {
  /** Isolates of the gateway that are warm. Each has a selector's isolate beside it. */
  isolates: number;
  /** Data centres that have isolates. */
  centres: number;
  /** Requests of all clients together. */
  requests_per_s: number;
  /** Publications of a configuration. */
  publications_per_day: number;
  /** Origins that go down and come back. */
  outages_per_day: number;
  /** Whether the data centre's cache works. It does not on `*.workers.dev`. */
  cache: boolean;
  /** Whether gateway and selector are bound to the coordinator. */
  coordinator: boolean;
  /** Share of requests that write a data point, from 0 to 1. */
  sample: number;
  /** Strategy scripts that the configuration names. */
  scripts: number;
  /** CPU time of one request in all Workers together. */
  cpu_ms: number;
  /** One read of the coordinator or of KV. */
  read_ms: number;
  /** One probe of a healthy origin. */
  probe_ms: number;
  probing: Probing;
}

/** What the health Worker checks. */
export interface Probing {
  /** Checks by the coordinator itself, for pools without `check_regions`. */
  own_checks_per_s: number;
  /** Checks by each region. */
  region_checks_per_s: readonly number[];
  /** The monitor that takes longest to find a dead origin. Absent: nothing is probed. */
  slowest?: { interval_s: number; consecutive_down: number };
}

/** What `lb cost` assumes without options. */
export const DEFAULTS = {
  isolates: 20,
  centres: 10,
  requests_per_s: 10,
  publications_per_day: 10,
  outages_per_day: 5,
  cache: true,
  coordinator: true,
  sample: 1,
  scripts: 0,
  // `npm run bench` measures less than 1 ms on one machine. Rules, sessions and large bodies cost more.
  cpu_ms: 2,
  // The coordinator is one place in the world: about 100 ms away from a random data centre.
  read_ms: 100,
  probe_ms: 100,
} as const satisfies Omit<Deployment, 'probing'>;

/** Requests per second that reach one isolate. */
export function requestsPerIsolate({ requests_per_s, isolates }: Deployment): number {
  return requests_per_s / isolates;
}

export const DAY_S = 86_400;
/** A twelfth of a year. */
export const MONTH_S = (365 / 12) * DAY_S;
