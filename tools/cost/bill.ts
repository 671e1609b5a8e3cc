import { DAY_S, MONTH_S } from './deployment.ts';
import { ITEMS, type Item, type Operations } from './operations.ts';
import { BASE_USD, PRICES } from './prices.ts';

/** One item of a bill. */
export interface Line {
  item: Item;
  a_day: number;
  a_month: number;
  /** On Paid, a month. */
  usd: number;
  /** Share of the Free plan's limit of a day. Absent: the plan has none for it. */
  free_share?: number;
}

export interface Bill {
  lines: Line[];
  /** On Paid, a month, with the price of the plan. */
  usd: number;
  /** Whether every daily limit of Free holds. */
  fits_free: boolean;
}

/** What operations cost, as if the account ran nothing else. @param operations per second */
export function billOf(operations: Operations): Bill {
  const lines = ITEMS.map((item): Line => {
    const { included, usd_per_million, free_per_day } = PRICES[item];
    const a_day = operations[item] * DAY_S;
    const a_month = operations[item] * MONTH_S;
    const usd = (Math.max(0, a_month - included) * usd_per_million) / 1e6;
    return { item, a_day, a_month, usd, ...(free_per_day && { free_share: a_day / free_per_day }) };
  });
  return {
    lines,
    usd: lines.reduce((sum, { usd }) => sum + usd, BASE_USD),
    fits_free: lines.every(({ free_share = 0 }) => free_share <= 1),
  };
}
