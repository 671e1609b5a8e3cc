import type { Origin } from '../../../shared/model/config.ts';
import type { Exchange } from '../exchange.ts';
import { mark } from '../record/trace.ts';
import type { Decision } from './decide.ts';
import { settle } from './settlers/settle.ts';
import { shadowChoice } from './shadow.ts';

/**
 * Finds the origins of a request's ranking in the gateway's own configuration, and settles which of them goes first.
 *
 * @param sample whether the request goes where the ranking says. False: its session decides, so it is not settled by load, not
 *   compared with a shadow, and not counted for a canary
 * @returns the origins in the order to try them
 */
export function steer(exchange: Exchange, decision: Decision, sample = true): readonly Origin[] {
  const { compiled, isolate, trace } = exchange;
  const { ranking } = decision;
  const origins: Origin[] = [];
  for (const id of ranking.origins) {
    // A selector may be a configuration ahead of this gateway or behind it, and name what has left meanwhile.
    const origin = compiled.ready.get(id);
    if (origin !== undefined) origins.push(origin);
  }
  if (!sample) {
    trace.decision = { ...decision, variant: '' };
    return origins;
  }
  trace.decision = decision;
  if (ranking.shed) mark(trace, 'shed');
  const settled = settle(ranking, origins, isolate);
  trace.shadow = shadowChoice(ranking, compiled.origins, settled, isolate);
  return settled;
}
