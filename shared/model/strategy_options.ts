import type { STRATEGY_DEFAULTS } from './strategy_defaults.ts';

/** A part of a request that a hash can be taken of. `client_address` counts an IPv6 address by its /64. */
export type HashKey = 'client_address' | 'path' | `header:${string}` | `cookie:${string}` | `query:${string}`;

/** The value of an option of a policy. */
export type OptionValue = number | string | readonly string[];

type Default = typeof STRATEGY_DEFAULTS;

/** The options that gateways read as well. */
export type GatewayOptions = Readonly<Record<Exclude<keyof Default, 'key'>, number>> & {
  readonly key: readonly HashKey[];
};

/** Options of a policy as they are published: every option of every policy, defaults filled in. */
export interface SteeringOptions extends GatewayOptions {
  /** Options that only the policy reads. A document of another version may lack some. */
  readonly [option: string]: OptionValue;
}
