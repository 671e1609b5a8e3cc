import type { HashKey } from '../model/strategy_options.ts';
import type { FactName } from './facts.ts';
/** Whole numbers, each in as few bytes as the largest one needs. */
export type Indices = Uint8Array | Uint16Array | Uint32Array;

/**
 * A map from keys to targets, as plain data for another Worker. `ids` are the targets in the order of the configuration, and
 * indices point into them.
 *
 * `{ by: 'rendezvous', ids: ['eu/a', 'eu/b'], weights: [1, 0.5] }`
 * `{ by: 'maglev', ids: ['eu/a', 'eu/b'], slots: Uint8Array [0, 1, 0, …] }`
 */
export type KeyMap =
  | { by: 'rendezvous'; ids: readonly string[]; weights: readonly number[] }
  /** `slots`: the target of each slot. */
  | { by: 'maglev'; ids: readonly string[]; slots: Indices }
  /** `points` of the ring, ascending, and the target of each. */
  | { by: 'ketama'; ids: readonly string[]; points: Uint32Array; owners: Indices }
  /** `numbers`: the shard of each target, out of `shards`. */
  | { by: 'jump'; ids: readonly string[]; numbers: readonly number[]; shards: number };

/** The maps of a list of targets, some of which may be in a slow start. */
export interface KeyMaps {
  /** All targets, with the weights that they have after their slow start. */
  whole: KeyMap;
  /** The targets that are not in a slow start. Absent: none is in one, or all are. */
  settled?: KeyMap;
}

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
