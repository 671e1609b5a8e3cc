import type { CanaryStatus, ScriptFailure, Status } from '../../../../shared/contracts/status.ts';

/** A place where a policy decides: a load balancer about pools, a pool about its origins. */
export interface Decider {
  level: 'balancer' | 'pool';
  id: string;
  live: string;
  canary: CanaryStatus | null;
  shadow: string | null;
  /** Scripts that failed here. Those of a load balancer are listed at the pools that it chose. */
  failures: readonly ScriptFailure[];
}

/** Every load balancer, then every pool once, with the failures that all load balancers met in it. */
export function decidersOf({ balancers }: Status): Decider[] {
  const pools = new Map<string, Decider>();
  for (const pool of balancers.flatMap((balancer) => balancer.pools)) {
    const { id, origin_policy: live, canary, shadow, script_failures } = pool;
    const before = pools.get(id)?.failures ?? [];
    const failures = [...before, ...(script_failures ?? [])];
    pools.set(id, { level: 'pool', id, live, canary, shadow, failures });
  }
  return [
    ...balancers.map(({ id, steering_policy: live, canary, shadow }) => ({
      ...{ level: 'balancer' as const, id, live, canary, shadow, failures: [] },
    })),
    ...pools.values(),
  ];
}
