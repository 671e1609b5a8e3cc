import { getOrMake } from '../maps.ts';
import type { Balancer, Config } from './config.ts';
import { changesOf, poolsOf } from './effective.ts';

/** The policies that rank by the round-trip times of probes. A strategy script may read them too. */
export const RTT_POLICIES: readonly string[] = ['dynamic_latency'];

/** By the balancers of a configuration, which are never changed in place. */
const found = new WeakMap<readonly Balancer[], ReadonlySet<string>>();

/**
 * The pools whose round-trip times a policy may read, under any rule, in a canary or in a shadow. Computed once per configuration.
 */
export function poolsWithRttReaders({ balancers }: Pick<Config, 'balancers'>): ReadonlySet<string> {
  return getOrMake(found, balancers, find);
}

function find(balancers: readonly Balancer[]): ReadonlySet<string> {
  const reading = balancers.filter(readsRtt);
  return new Set(
    reading.flatMap((balancer) => [
      ...poolsOf(balancer),
      ...changesOf(balancer).flatMap(({ overrides }) => (overrides === undefined ? [] : poolsOf(overrides))),
    ]),
  );
}

/** A policy can be named in many places of a balancer, so its text is searched. */
function readsRtt(balancer: Balancer): boolean {
  const text = JSON.stringify(balancer);
  return text.includes('"script:') || RTT_POLICIES.some((policy) => text.includes(`"${policy}"`));
}
