import type { OriginStatus, PoolStatus, Status } from '../contracts/status.ts';

/** An origin with its pool. */
export interface OriginRow {
  pool: PoolStatus;
  origin: OriginStatus;
}

const WORST = ['down', 'degraded', 'unknown', 'up'];

/** Every origin once, the worst first. Its traffic is that of all load balancers together. */
export function originRows({ balancers }: Status): OriginRow[] {
  const rows = new Map<string, OriginRow>();
  for (const pool of balancers.flatMap(({ pools }) => pools))
    for (const origin of pool.origins) {
      const before = rows.get(origin.id);
      rows.set(
        origin.id,
        before === undefined ? { pool, origin } : { pool, origin: together(before.origin, origin) },
      );
    }
  const rank = ({ origin }: OriginRow) => WORST.indexOf(origin.state) - (origin.ejection === null ? 0 : 1);
  return [...rows.values()].sort((a, b) => rank(a) - rank(b) || (a.origin.id < b.origin.id ? -1 : 1));
}

function together(one: OriginStatus, other: OriginStatus): OriginStatus {
  if (one.traffic === null || other.traffic === null) return other;
  const { requests, errors, p95_ms } = one.traffic;
  const traffic = {
    requests: requests + other.traffic.requests,
    errors: errors + other.traffic.errors,
    p95_ms: Math.max(p95_ms ?? 0, other.traffic.p95_ms ?? 0) || null,
  };
  return { ...other, traffic };
}
