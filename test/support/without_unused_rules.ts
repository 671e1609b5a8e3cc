import type { Config } from '../../shared/model/config.ts';

/** A configuration without the names of rules that apply to no request. A file that is written for it cannot have those rules. */
export function withoutUnusedRules(config: Config): Config {
  return { ...config, balancers: config.balancers.map(({ unused_rules: _, ...balancer }) => balancer) };
}
