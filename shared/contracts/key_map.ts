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
