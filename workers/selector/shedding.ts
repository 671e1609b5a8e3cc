import { shedsByClient, shedsByLot, shedsTraffic } from '../../shared/balancing/shedding.ts';
import type { Facts } from '../../shared/contracts/facts.ts';
import type { Pool } from '../../shared/model/config.ts';
import type { Draw } from '../../shared/strategies/strategy.ts';

/** The pools of a plan that keep traffic away, by id. Never empty. */
export interface Shedding {
  pools: ReadonlyMap<string, Pool>;
  /** Whether the balancer pins sessions. */
  pinned: boolean;
  /** Whether answers vary on the client. */
  by_client: boolean;
}

/**
 * Collects the pools of a balancer that shed load.
 * @param pinned whether it pins sessions
 * @param pools the pools that are steered to, whatever their health
 * @returns undefined: none sheds load, which is the usual case
 */
export function sheddingOf(pinned: boolean, pools: readonly Pool[]): Shedding | undefined {
  const shedding = pools.filter(({ load_shedding }) => load_shedding !== undefined);
  if (shedding.length === 0) return undefined;
  return {
    pools: new Map(shedding.map((pool) => [pool.id, pool])),
    pinned,
    by_client: shedding.some((pool) => shedsByClient(pool, pinned)),
  };
}

/**
 * Leaves out of an order the pools that shed this request. The order is made first, as if nothing were shed. So the request goes
 * where steering would have sent it next, and the other pools lose no turn.
 * @param wanted number of pools that can be used. No lot is drawn beyond them
 * @returns the pools that are left, and whether a lot was drawn
 */
export function shed(
  order: readonly string[],
  { pools, pinned }: Shedding,
  facts: Facts,
  draw: Pick<Draw, 'random'>,
  wanted: number,
): { order: string[]; drawn: boolean } {
  const kept: string[] = [];
  let drawn = false;
  for (const id of order) {
    if (kept.length >= wanted) break;
    const pool = pools.get(id);
    if (pool === undefined) kept.push(id);
    else {
      drawn ||= shedsByLot(pool, pinned);
      if (!shedsTraffic(pool, pinned, facts.client_address ?? '', () => draw.random())) kept.push(id);
    }
  }
  return { order: kept, drawn };
}
