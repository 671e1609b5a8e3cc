import { hostAndPort } from '../http/address.ts';
import type { Config, GroupMember, Monitor, Origin, Pool } from './config.ts';

/** The monitors of a pool. Empty: the pool is not probed. */
export function membersOf(
  pool: Pool,
  { monitor_groups }: Pick<Config, 'monitor_groups'>,
): readonly GroupMember[] {
  if (pool.monitor_group !== undefined) return monitor_groups?.[pool.monitor_group] ?? [];
  return pool.monitor === undefined ? [] : [{ monitor: pool.monitor }];
}

/** The port of the monitor, else of the origin's URL, else the default of the scheme: 443 for https, 80 for http. */
export function probedPort(
  origin: Pick<Origin, 'url'>,
  { type, port }: Pick<Monitor, 'type' | 'port'>,
): number {
  const url = new URL(origin.url);
  const scheme = type === 'tcp' ? url.protocol.slice(0, -1) : type;
  return port || Number(url.port) || (scheme === 'https' ? 443 : 80);
}

/** What a monitor probes, in words: `https://eu-1.example.com:443/health`, `tcp://eu-1.example.com:5432`. */
export function probedUrl(origin: Pick<Origin, 'url' | 'address'>, monitor: Monitor): string {
  const { type, path } = monitor;
  const host = hostAndPort(origin.address, probedPort(origin, monitor));
  return `${type}://${host}${type === 'tcp' ? '' : path}`;
}
