import type { FactName } from '../../../shared/contracts/facts.ts';
import type { Ranking } from '../../../shared/contracts/selection.ts';
import type { OriginId } from '../../../shared/model/ids.ts';

/** The ranking of a request, and where it came from. */
export interface Decision {
  ranking: Ranking;
  /**
   * - `kept`: from an answer that the gateway already had
   * - `asked`: from an answer that this request waited for
   * - `failover_order`: no selector answered, so the gateway ordered the origins itself
   * - `pinned`: a session chose the origin, so no ranking was used
   */
  decision: 'kept' | 'asked' | 'failover_order' | 'pinned';
  /** `pool policy/origin policy`, for example `geo/round_robin`. */
  strategy: string;
  /** Empty: no selector answered, or a session decided. */
  variant: 'live' | 'canary' | '';
  selector_version: string;
  /** Why pools were no candidates, as the selector said: `eu:down`. Absent: it said nothing. */
  reasons?: string;
  /** The facts whose values form the key that determines the order. Absent: the order is random, or the same for all requests. */
  follows?: readonly FactName[];
}

/** The origin that a shadow policy would have chosen. It is only recorded. */
export interface ShadowChoice {
  /** `pool policy/origin policy`. */
  strategy: string;
  origin: OriginId;
  /** Whether another origin was tried first. */
  differs: boolean;
}
