import { shedsByClient, shedsByLot, shedsTraffic } from '../../shared/balancing/shedding.ts';
import type { Facts } from '../../shared/contracts/facts.ts';
import type { Pool } from '../../shared/model/config.ts';
import type { Draw } from '../../shared/strategies/strategy.ts';

/** The pools of a plan that keep traffic away, by id; never empty. */
export interface Shedding {
  pools: ReadonlyMap<string, Pool>;
  /** Whether the balancer pins sessions. */
  pinned: boolean;
  /** Whether answers vary on the client. */
  by_client: boolean;
}

/**
 * What the pools of a balancer shed.
 * @param pinned whether it pins sessions
 * @param pools those that are steered to, whatever their health
 * @returns undefined: nothing, as nearly always
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
 * Leaves pools out of an order that shed this request. The order is made first, as if there were no shedding, so that
 * what is shed goes where steering would have sent it next, and no turn of the others is lost.
 * @param wanted pools that can be of use: no lot is drawn behind them
 * @returns the rest, and whether it was drawn
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
