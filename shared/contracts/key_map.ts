/** Small whole numbers, in as few bytes each as the largest one needs. */
export type Indices = Uint8Array | Uint16Array | Uint32Array;

/**
 * A map from keys to targets, as plain data that can be sent to another Worker. `ids` are the targets in the order listed, and
 * indices point into it.
 *
 * `{ by: 'rendezvous', ids: ['eu/a', 'eu/b'], weights: [1, 0.5] }`
 */
export type KeyMap =
  | { by: 'rendezvous'; ids: readonly string[]; weights: readonly number[] }
  /** The target of each slot. */
  | { by: 'maglev'; ids: readonly string[]; slots: Indices }
  /** Points of the ring, ascending, and the target of each. */
  | { by: 'ketama'; ids: readonly string[]; points: Uint32Array; owners: Indices }
  /** The shard of each target, of `shards` in all. */
  | { by: 'jump'; ids: readonly string[]; numbers: readonly number[]; shards: number };

/** The maps of a list of targets, some of which may be in their slow start. */
export interface KeyMaps {
  /** All targets, with the weights that they will have. */
  whole: KeyMap;
  /** Those that are not in their slow start. Absent: all are settled, or none. */
  settled?: KeyMap;
}
