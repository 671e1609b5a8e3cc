import type { Policy } from './policy.ts';

/**
 * By where the request came in: the first of `pop_pools`, `country_pools`, `region_pools` that has an entry for it
 * decides, else `default_pools`. The entry's pools stand in failover order and no others follow: when none of them is
 * a candidate the order is empty, and the fallback pool serves, as Cloudflare does it. An empty entry is none.
 */
export const geo: Policy<'colo' | 'country' | 'region'> = {
  name: 'geo',
  about: 'The pools that the configuration lists for the data centre, country or region of the request.',
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
};

function entry(pools: Readonly<Record<string, readonly string[]>>, code: string | undefined) {
  // Own entries alone: a record has inherited ones too.
  const list = code !== undefined && Object.hasOwn(pools, code) ? pools[code] : undefined;
  return list?.length === 0 ? undefined : list;
}
