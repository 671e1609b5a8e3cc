import { keyed } from './keyed.ts';

/**
 * Jump hash, for origins that are numbered shards in the order of the configuration and that grow or shrink at the end. All
 * of them count, whatever their health. A key whose shard is missing is hashed again until it finds one, so an outage moves
 * the keys of its own shard and no others. Weights do not matter.
 */
export const jump = keyed({
  name: 'jump',
  about: 'Jump hash, for origins that are numbered shards.',
  levels: ['origins'],
  makes_table: true,
  weighted: false,
  mapOf: (targets) => ({
    by: 'jump',
    ids: targets.map(({ id }) => id),
    numbers: targets.map(({ shard }, index) => shard ?? index),
    shards: targets[0]?.shards ?? targets.length,
  }),
});
