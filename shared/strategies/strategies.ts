import * as catalogue from './catalogue.ts';
import type { Option, Options, ValuesOf } from './option.ts';
import type { Level, Policy } from './policy.ts';
import type { Need, Strategy } from './strategy.ts';

type Listed = (typeof catalogue)[keyof typeof catalogue];

/** The intersection of what all policies get for their options. */
type AllValues = (
  Listed extends infer Each
    ? Each extends { options?: infer Declared extends Options }
      ? (values: ValuesOf<Declared>) => void
      : never
    : never
) extends (values: infer All) => void
  ? All
  : never;

/** Every strategy by its name in the configuration, for pools and origins alike. */
export const STRATEGIES: Readonly<Record<keyof typeof catalogue, Strategy>> = { ...catalogue };

/** Every policy. A script that is compiled in is a strategy without being one. */
export const POLICIES: readonly Policy[] = Object.values<Strategy>(catalogue)
  .filter(isPolicy)
  .sort((a, b) => (a.name < b.name ? -1 : 1));

function isPolicy(strategy: Strategy): strategy is Policy {
  return 'levels' in strategy;
}

/** Every option by its name. */
export const OPTIONS: Readonly<Record<string, Option>> = Object.assign(
  {},
  ...POLICIES.map(({ options }) => options),
);

/** The options of a strategy if the configuration sets none. */
export const OPTION_DEFAULTS = Object.fromEntries(
  Object.entries(OPTIONS).map(([name, { default: standard }]) => [name, standard]),
) as AllValues;

/** Names of the policies that may be used at a level. */
export function policiesAt(level: Level): string[] {
  return POLICIES.filter(({ levels }) => levels.includes(level)).map(({ name }) => name);
}

/** Names of the policies that read an option. */
export function readersOf(option: string): string[] {
  return POLICIES.filter(({ options = {} }) => Object.hasOwn(options, option)).map(({ name }) => name);
}

/** Whether a policy needs an input apart from facts, weights and options. A script does not. */
export function hasNeed(policy: string | undefined, need: Need): boolean {
  return policyNamed(policy)?.needs?.includes(need) ?? false;
}

/** The policy of this name; undefined: there is none, or it is a script. */
export function policyNamed(name: string | undefined): Policy | undefined {
  return POLICIES.find((policy) => policy.name === name);
}
