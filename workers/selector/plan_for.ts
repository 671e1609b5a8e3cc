import type { HealthDocument } from '../../shared/contracts/health.ts';
import type { Question } from '../../shared/contracts/selection.ts';
import type { Balancer, ConfigDocument } from '../../shared/model/config.ts';
import { effectiveBalancer } from '../../shared/model/effective.ts';
import { makePlan } from './make_plan.ts';
import type { Plan, Strategies } from './plan.ts';

/** The plans for a configuration, with the other inputs that they were made from. */
interface Kept {
  health: HealthDocument | undefined;
  strategies: Strategies;
  plans: Map<string, Plan>;
  /** By id. */
  balancers: ReadonlyMap<string, Balancer>;
}

/** Clients choose which rules match, so the number of plans for combinations of rules needs a bound. */
const MAX_PLANS = 1_024;

/** By configuration. Documents are never changed in place. */
const kept = new WeakMap<ConfigDocument, Kept>();

/**
 * The plan for one balancer as its rules leave it, made once for a configuration and a health document.
 * @throws Error when the configuration has no such balancer, or names a strategy that this selector does not have
 */
export function planFor(
  config: ConfigDocument,
  health: HealthDocument | undefined,
  { balancer, rules = [] }: Pick<Question, 'balancer' | 'rules'>,
  now: number,
  strategies: Strategies,
): Plan {
  let own = kept.get(config);
  if (own === undefined || own.health !== health || own.strategies !== strategies) {
    const balancers = own?.balancers ?? new Map(config.config.balancers.map((each) => [each.id, each]));
    own = { health, strategies, plans: new Map(), balancers };
    kept.set(config, own);
  }
  const name = [balancer, ...rules].join('\n');
  const plan = own.plans.get(name);
  if (plan !== undefined && now < plan.changes_at && now >= plan.made_at) return plan;
  const configured = own.balancers.get(balancer);
  if (configured === undefined)
    throw new Error(`no load balancer "${balancer}" in configuration version ${config.version}`);
  const effective = effectiveBalancer(configured, rules);
  const made = makePlan(config.config, effective, name, { document: health, now }, strategies);
  if (own.plans.size >= MAX_PLANS) own.plans.clear();
  own.plans.set(name, made);
  return made;
}
