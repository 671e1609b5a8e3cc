import { warmthOf } from '../../../shared/balancing/slow_start.ts';
import { hashFraction } from '../../../shared/hashing/client_key.ts';
import type { Origin } from '../../../shared/model/config.ts';
import { recordEjection } from '../ejection/record_ejection.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import { orderKey } from './order_key.ts';
import type { Selection } from './selection.ts';
import { spares } from './spares.ts';

/**
 * Moves ejected origins behind all others. They are tried only if no other origin is left. Other origins of their pools take
 * their places. An origin on its way back comes first for its share of the requests and second for the rest.
 *
 * If the order follows a key, the share is a share of keys: an origin at share s has the keys whose {@link hashFraction} for this
 * origin is below s. The share only grows, so each key leaves the origin once and comes back once. A slow start works in the same
 * way here, because strategies that map keys leave it to the gateway.
 *
 * @returns `selection` itself if no origin is ejected, on its way back or in a slow start
 */
export function admit(exchange: Exchange, selection: Selection): Selection {
  const { decision, origins, constraint } = selection;
  const { isolate, trace, ctx } = exchange;
  const { outliers } = isolate.guards;
  if (constraint?.only || (outliers.quiet && !startsSlowly(exchange, selection))) return selection;
  const now = isolate.now();
  for (const ended of outliers.readmit(isolate.health.current, now))
    recordEjection(isolate.env, ended, (work) => ctx.waitUntil(work));
  const key = orderKey(exchange, decision, constraint);
  const shareOf = (origin: Origin) => {
    const share = outliers.share(origin.id, now);
    return key === undefined ? share : Math.min(share, warmth(exchange, origin));
  };
  const shares = new Map(origins.map((origin) => [origin, shareOf(origin)]));
  const ejected = origins.filter((origin) => shares.get(origin) === 0);
  const serving = origins.filter((origin) => shares.get(origin) !== 0);
  const [first] = serving;
  if (first !== undefined && first !== constraint?.kept) {
    const begins = serving.findIndex((origin) => {
      const share = shares.get(origin) ?? 1;
      if (share === 1) return true;
      if (key !== undefined) return hashFraction(`ramp\n${origin.id}`, key) < share;
      return origin === first && isolate.random() < share;
    });
    if (begins > 0) serving.unshift(...serving.splice(begins, 1));
  }
  if (ejected.length === 0) return { ...selection, origins: serving };
  mark(trace, 'ejected');
  const others = spares(exchange, origins, key).filter((origin) => outliers.share(origin.id, now) > 0);
  return { ...selection, origins: [...serving, ...others, ...ejected] };
}

/** Whether the order follows a key and its first origin is in a slow start, so that only some of its keys may go there yet. */
function startsSlowly(exchange: Exchange, { decision, origins: [first], constraint }: Selection): boolean {
  const keyed = constraint?.key !== undefined || decision.follows !== undefined;
  return keyed && first !== undefined && first !== constraint?.kept && warmth(exchange, first) < 1;
}

/** The share of its keys that an origin in a slow start may serve. 1: it is in none. */
function warmth({ compiled, isolate }: Exchange, { id }: Origin): number {
  const pool = compiled.pools.get(id);
  if (pool?.slow_start === undefined) return 1;
  return warmthOf(pool, isolate.health.current?.origins[id], isolate.now());
}
