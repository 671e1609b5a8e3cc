import type { HashKey } from '../model/strategy_options.ts';
import type { FactName } from './facts.ts';

/**
 * One thing about a request that an answer depends on. Requests that are alike in all classes share an answer.
 * `[{ fact: 'country' }, { has: ['client_address'] }]` makes two kinds of requests for each country: with and without an
 * address.
 */
export type RequestClass =
  /** The value of a fact. */
  | { fact: FactName }
  /** Whether it has a key at all: one of these facts. */
  | { has: readonly HashKey[] }
  /** The first `take` targets of its key in `Answer.maps[map]`. */
  | { order: readonly HashKey[]; map: number; take: number }
  /**
   * Whether it belongs to a share, in `percent`, of all clients or keys: a canary's, or what a pool keeps away. Absent `key`:
   * of clients.
   */
  | { share: string; percent: number; key?: readonly HashKey[] };
