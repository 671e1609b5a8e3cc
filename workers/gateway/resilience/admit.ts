import type { Origin } from '../../../shared/config/config.ts';
import { hashFraction } from '../../../shared/hashing/place.ts';
import type { Exchange } from '../exchange.ts';
import { orderKey } from '../order_key.ts';
import { mark } from '../trace.ts';
import { recordVerdict } from './record_verdict.ts';
import { spares } from './spares.ts';
import type { Tie } from './tie.ts';

/**
 * Puts ejected origins behind all others, where they are still tried if nobody else is left; others of their pools take
 * their places. An origin on its way back stands first only for its share of the requests, and is the next one to try
 * for the rest.
 *
 * With a key the share is one of keys, not of requests: an origin at share s has the keys whose {@link hashFraction}
 * for this origin is below s. The share grows until it is whole, so that each key leaves the origin once and comes back
 * once, in this isolate.
 *
 * @param origins in the order to try them
 * @returns `origins` itself as long as nobody is ejected, which costs nothing
 */
export function admit(exchange: Exchange, origins: readonly Origin[], tie?: Tie): readonly Origin[] {
  const { isolate, trace } = exchange;
  const { outliers } = isolate.guards;
  if (outliers.quiet || tie?.only) return origins;
  const now = isolate.now();
  for (const ended of outliers.readmit(isolate.health.current, now)) recordVerdict(exchange, ended);
  const shares = new Map(origins.map((origin) => [origin, outliers.share(origin.id, now)]));
  const ejected = origins.filter((origin) => shares.get(origin) === 0);
  const serving = origins.filter((origin) => shares.get(origin) !== 0);
  const key = orderKey(exchange, tie);
  const [first] = serving;
  if (first !== undefined && first !== tie?.kept) {
    const begins = serving.findIndex((origin) => {
      const share = shares.get(origin) ?? 1;
      if (share === 1) return true;
      if (key !== undefined) return hashFraction(`ramp\n${origin.id}`, key) < share;
      return origin === first && isolate.random() < share;
    });
    if (begins > 0) serving.unshift(...serving.splice(begins, 1));
  }
  if (ejected.length === 0) return serving;
  mark(trace, 'ejected');
  const others = spares(exchange, origins, key).filter((origin) => outliers.share(origin.id, now) > 0);
  return [...serving, ...others, ...ejected];
}
