import { COORDINATOR_PROBES, REGION_PROBES } from '../../workers/health/probe/slots.ts';
import { GAP_MS } from '../../workers/health/publish/publication.ts';
import { billOf } from './bill.ts';
import { DAY_S, type Deployment } from './deployment.ts';
import type { Item, Operations } from './operations.ts';
import { PRICES } from './prices.ts';

export type Plan = 'free' | 'paid';

/** Something that can run out. */
export interface Limit {
  name: string;
  used: number;
  limit: number;
  /** What to do about it. */
  advice: string;
}

/** Requests per second that one Durable Object handles, in order of magnitude. Cloudflare has not confirmed it. */
export const OBJECT_REQUESTS_PER_S = 1_000;

/** The limits of a deployment, the one that breaks first at the head. @param operations of the deployment, per second */
export function limitsOf(deployment: Deployment, operations: Operations, plan: Plan): Limit[] {
  const { probing, probe_ms, outages_per_day } = deployment;
  const at_a_time = (checks_per_s: number) => (checks_per_s * probe_ms) / 1_000;
  const limits: Limit[] = [
    {
      name: 'requests a second to the coordinator',
      used: operations.coordinator_requests,
      limit: OBJECT_REQUESTS_PER_S,
      advice: deployment.cache
        ? 'Remove the binding CONTROL: KV then serves, and a change takes longer.'
        : 'Serve from a domain of your own, where isolates share looks through the cache.',
    },
    {
      name: "the coordinator's probes at a time",
      used: at_a_time(probing.own_checks_per_s),
      limit: COORDINATOR_PROBES,
      advice: 'Set `check_regions`, or raise `interval`.',
    },
    {
      name: "a region's probes at a time",
      used: at_a_time(Math.max(0, ...probing.region_checks_per_s)),
      limit: REGION_PROBES,
      advice: 'Raise `interval`.',
    },
    {
      name: 'writes a second of the health document in KV',
      used: (2 * outages_per_day) / DAY_S,
      limit: 1_000 / GAP_MS,
      advice: 'Changes of one second are published together, so nothing is lost.',
    },
    ...(plan === 'free' ? dailyLimits(operations) : []),
  ];
  return limits.sort((a, b) => b.used / b.limit - a.used / a.limit);
}

/** What helps apart from the Paid plan. */
const FREE_ADVICE: Partial<Record<Item, string>> = {
  data_points: 'Lower `metrics.sample`, or use the Paid plan.',
  object_requests: 'Serve from a domain of your own, raise `interval`, or use the Paid plan.',
  rows_written: 'Raise `interval`, or use the Paid plan.',
};

function dailyLimits(operations: Operations): Limit[] {
  return billOf(operations).lines.flatMap(({ item, a_day }) => {
    const { name, free_per_day } = PRICES[item];
    if (free_per_day === undefined) return [];
    return [
      {
        name: `${name} a day`,
        used: a_day,
        limit: free_per_day,
        advice: FREE_ADVICE[item] ?? 'Use the Paid plan.',
      },
    ];
  });
}
