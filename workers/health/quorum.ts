import type { Opinion } from './sight.ts';
import { latest } from './vote.ts';

/**
 * What several regions make of an origin, as Cloudflare defines it: up if the majority of them says so, else down. A region
 * that is silent is neither: while it could still make a majority, the origin is unknown, which serves.
 * https://developers.cloudflare.com/load-balancing/monitors/#health-monitor-regions
 *
 * @param opinions one a region, never empty; `unknown` where a region is silent or does not know
 */
export function quorum(opinions: readonly Opinion[]): Opinion {
  const of = (state: Opinion['state']) => opinions.filter((opinion) => opinion.state === state);
  const [up, silent] = [of('up').length, of('unknown').length];
  const state = up * 2 > opinions.length ? 'up' : (up + silent) * 2 > opinions.length ? 'unknown' : 'down';
  const { since, reason } = latest(state === 'unknown' ? opinions : of(state));
  return {
    state,
    ...(since === undefined ? {} : { since }),
    ...(state === 'up' || reason === undefined ? {} : { reason }),
  };
}
