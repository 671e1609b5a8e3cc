import { scriptName } from '../../../shared/contracts/scripts.ts';
import { getOrMake } from '../../../shared/maps.ts';
import type { Balancer, ConfigDocument, Pool } from '../../../shared/model/config.ts';
import { changesOf } from '../../../shared/model/effective.ts';

const named = new WeakMap<ConfigDocument, string[]>();

/** Names of all scripts in a configuration. It is never changed in place, so they are looked for once. */
export function scriptsIn(document: ConfigDocument): string[] {
  return getOrMake(named, document, namesIn);
}

function namesIn({ config: { balancers, pools } }: ConfigDocument): string[] {
  const policies = [
    ...balancers.flatMap((one) => [one.steering_policy, ...byRules(one), ...onTrial(one)]),
    ...Object.values(pools).flatMap((one) => [one.origin_policy, ...onTrial(one)]),
  ];
  return [...new Set(policies.flatMap((policy) => scriptName(policy) ?? []))].sort();
}

function byRules(balancer: Balancer): string[] {
  return changesOf(balancer).flatMap(({ overrides }) => overrides?.steering_policy ?? []);
}

function onTrial({ canary, shadow }: Pick<Balancer | Pool, 'canary' | 'shadow'>): string[] {
  return [canary, shadow].flatMap((trial) => trial?.policy ?? []);
}
