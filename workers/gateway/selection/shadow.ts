import type { Ranking } from '../../../shared/contracts/selection.ts';
import type { Origin } from '../../../shared/model/config.ts';
import { type OriginId, poolOf } from '../../../shared/model/ids.ts';
import type { ShadowChoice } from '../exchange/decision.ts';
import type { Loads } from '../state/load/loads.ts';
import { settle } from './settlers/settle.ts';
import { settlerOf } from './settlers/settlers.ts';

/**
 * Settles a ranking's shadow with the same loads as the ranking itself. It changes no load and never throws.
 * @param known all origins of the gateway's configuration
 * @param served the origins as they will be tried
 * @returns undefined: there is no shadow, or its choice cannot be known
 */
export function shadowChoice(
  { shadow }: Ranking,
  known: ReadonlyMap<OriginId, Origin>,
  served: readonly Origin[],
  loads: Loads,
): ShadowChoice | undefined {
  if (shadow === undefined) return undefined;
  try {
    const [tried] = served;
    const { strategy } = shadow;
    if (typeof strategy !== 'string') return undefined;
    if (shadow.as_ranked) return tried && { strategy, origin: tried.id, differs: false };
    const origins = shadow.origins.flatMap((id) => known.get(id) ?? []);
    const [ranked_first] = origins;
    const counted = settlerOf(shadow).counts_choice;
    // If the shadow chose another pool, its choice differs even if it is not known which origin it is.
    if (counted && (!ranked_first || !tried || poolOf(ranked_first.id) === poolOf(tried.id)))
      return undefined;
    const first = counted ? ranked_first : settle(shadow, origins, loads)[0];
    if (first === undefined) return undefined;
    return { strategy, origin: first.id, differs: first.id !== tried?.id };
  } catch {
    // A selector of another version may send anything.
    return undefined;
  }
}
