import type { Origin } from '../../../shared/model/config.ts';
import type { Decision } from '../exchange/decision.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { mark } from '../exchange/trace.ts';
import type { Selection } from './selection.ts';
import { settle } from './settlers/settle.ts';
import { shadowChoice } from './shadow.ts';

/**
 * Finds the origins of a request's ranking in the gateway's own configuration, and settles which of them is tried first.
 *
 * @param sample whether the ranking decides where the request goes. False: its session decides. The ranking is then not settled by
 *   load, not compared with a shadow, and not counted for a canary
 */
export function steer(exchange: Exchange, decision: Decision, sample = true): Selection {
  const { compiled, isolate, trace } = exchange;
  const { ranking } = decision;
  const origins: Origin[] = [];
  for (const id of ranking.origins) {
    // The selector's configuration may be newer or older than the gateway's, and name origins that are not in use here.
    const origin = compiled.ready.get(id);
    if (origin !== undefined) origins.push(origin);
  }
  if (!sample) {
    trace.decision = { ...decision, variant: '' };
    return { decision: trace.decision, origins };
  }
  trace.decision = decision;
  if (ranking.shed) mark(trace, 'shed');
  const settled = settle(ranking, origins, isolate);
  trace.shadow = shadowChoice(ranking, compiled.origins, settled, isolate);
  return { decision, origins: settled };
}
