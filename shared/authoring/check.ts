import { duplicates } from './checks/duplicates.ts';
import { monitors } from './checks/monitors.ts';
import { notifications } from './checks/notifications.ts';
import { origins } from './checks/origins.ts';
import { poolSets } from './checks/pool_sets.ts';
import { references } from './checks/references.ts';
import { resilience } from './checks/resilience.ts';
import { rules } from './checks/rules.ts';
import { hosts, serving } from './checks/serving.ts';
import { sessions } from './checks/sessions.ts';
import { steering } from './checks/steering.ts';
import { strategyOptions } from './checks/strategy_options.ts';
import { traffic } from './checks/traffic.ts';
import { unused } from './checks/unused.ts';
import type { DraftConfig } from './draft.ts';
import type { Profile } from './normalise.ts';
import type { Problem } from './problem.ts';

/** Checks whether the parts of a configuration fit together, which the schema of a single value cannot see. */
export function check(config: DraftConfig, profile: Profile): Problem[] {
  return [
    ...duplicates(config),
    ...hosts(config),
    ...references(config),
    ...origins(config, profile),
    ...serving(config),
    ...steering(config),
    ...sessions(config, profile),
    ...poolSets(config, profile),
    ...rules(config, profile),
    ...strategyOptions(config),
    ...monitors(config, profile),
    ...traffic(config),
    ...resilience(config),
    ...notifications(config, profile),
    ...unused(config),
  ];
}
