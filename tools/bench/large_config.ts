import type { ConfigFile } from '../../shared/authoring/schema.ts';

/** Where an origin is: fields of an origin in a configuration file. */
export interface OriginPlace {
  address: string;
  port?: number;
  /** Default: https. Of all origins, because one monitor probes them. */
  scheme?: 'http' | 'https';
}

/**
 * A configuration file of any size. Balancer `i` has the host `host-i.example.com` and a pool of its own, `pool-i`. The origins are
 * dealt out to the pools in turn, and one monitor probes all of them.
 * @param origins number of origins in all pools together, at least one for each balancer
 * @param place tells where an origin is, by its number from 0; default: `origin-i.example.com`
 */
export function largeConfig(
  balancers: number,
  origins: number,
  place: (origin: number) => OriginPlace = (origin) => ({ address: `origin-${origin}.example.com` }),
): ConfigFile & { load_balancers: NonNullable<ConfigFile['load_balancers']> } {
  const indexes = Array.from({ length: balancers }, (_, index) => index);
  return {
    load_balancers: indexes.map((index) => ({
      name: `host-${index}.example.com`,
      default_pools: [`pool-${index}`],
      retry: { attempts: 3 },
    })),
    pools: indexes.map((index) => ({
      name: `pool-${index}`,
      monitor: 'http',
      origin_steering: { policy: 'round_robin' },
      origins: Array.from({ length: Math.ceil((origins - index) / balancers) }, (_, position) => {
        const origin = position * balancers + index;
        return { name: `origin-${origin}`, ...place(origin) };
      }),
    })),
    monitors: [{ id: 'http', type: place(0).scheme ?? 'https', path: '/health', interval: 60, timeout: 5 }],
  };
}
