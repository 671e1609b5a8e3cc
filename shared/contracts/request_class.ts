import type { HashKey } from '../model/strategy_options.ts';
import type { FactName } from './facts.ts';

/**
 * A property of requests that an answer depends on. Requests that are alike in every class share an answer.
 *
 * `[{ fact: 'country' }, { has: ['client_address'] }]`: two answers for each country, for requests with and without an address.
 * `[{ share: 'canary shop', percent: 5 }]`: one answer for 5 % of the clients, and one for the others.
 */
export type RequestClass =
  /** The value of a fact. */
  | { fact: FactName }
  /** Whether the request has a key, which means at least one of these facts. */
  | { has: readonly HashKey[] }
  /** The first `take` targets of its key in `Answer.maps[map]`. */
  | { order: readonly HashKey[]; map: number; take: number }
  /**
   * Whether the request is in a share of all keys, or without `key` of all clients. The share is a canary's, or what a pool
   * sheds. `share` names it; hashes for different names are independent.
   */
  | { share: string; percent: number; key?: readonly HashKey[] };
