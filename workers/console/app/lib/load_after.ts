import type { OriginStatus, PoolStatus } from '../../../../shared/contracts/status.ts';
import { takesTraffic } from './takes_traffic.ts';

/** An origin and its load, in requests a second. */
export interface Load {
  id: string;
  before: number;
  after: number;
}

/**
 * Where load would go if some origins left: to the others of their pool, by weight. It says nothing about pools without others,
 * whose load goes to the next pool.
 * @param leaving ids of the origins that leave
 * @param traffic_s the time in which requests were counted; 0: they are not known
 */
export function loadAfter(
  rows: readonly { pool: Pick<PoolStatus, 'id'>; origin: OriginStatus }[],
  leaving: ReadonlySet<string>,
  traffic_s: number,
): Load[] {
  const rate = ({ traffic }: OriginStatus) => (traffic_s === 0 ? 0 : (traffic?.requests ?? 0) / traffic_s);
  const poolOf = (id: string) => id.slice(0, id.indexOf('/'));
  const pools = new Set([...leaving].map(poolOf));
  return rows
    .filter(({ origin }) => pools.has(poolOf(origin.id)) && !leaving.has(origin.id) && takesTraffic(origin))
    .map(({ origin }) => {
      const siblings = rows.filter(({ origin: other }) => poolOf(other.id) === poolOf(origin.id));
      const moved = siblings
        .filter(({ origin: one }) => leaving.has(one.id))
        .reduce((sum, { origin: one }) => sum + rate(one), 0);
      const staying = siblings.filter(({ origin: one }) => !leaving.has(one.id) && takesTraffic(one));
      const weights = staying.reduce((sum, { origin: one }) => sum + one.weight, 0);
      const before = rate(origin);
      return { id: origin.id, before, after: before + (moved * origin.weight) / weights };
    });
}
