import { policy } from './policy.ts';

/**
 * The pools that the configuration lists for the place of the request. The first of `pop_pools`, `country_pools` and
 * `region_pools` with an entry for it decides, else `default_pools`. An empty entry counts as none.
 *
 * No other pools follow. If no pool of the entry is a candidate, the order is empty and the fallback pool serves, as in
 * Cloudflare Load Balancing.
 */
export const geo = policy({
  name: 'geo',
  about: 'The pools listed for the data centre, the country or the region of the request.',
  levels: ['pools'],
  reads: ['colo', 'country', 'region'],
  use: 'repeat',
  weighted: false,
  needs: ['pool_maps'],
  rank(targets, facts, _draw, options) {
    const list =
      entry(options.pop_pools, facts.colo) ??
      entry(options.country_pools, facts.country) ??
      entry(options.region_pools, facts.region) ??
      options.default_pools;
    const candidates = new Set(targets.map(({ id }) => id));
    return { order: [...new Set(list)].filter((id) => candidates.has(id)) };
  },
});

function entry(pools: Readonly<Record<string, readonly string[]>>, code: string | undefined) {
  // A record also has inherited entries, such as `toString`.
  const list = code !== undefined && Object.hasOwn(pools, code) ? pools[code] : undefined;
  return list?.length === 0 ? undefined : list;
}
