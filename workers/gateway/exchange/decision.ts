import type { FactName } from '../../../shared/contracts/facts.ts';
import type { Ranking } from '../../../shared/contracts/selection.ts';
import type { OriginId } from '../../../shared/model/ids.ts';

/** The ranking that a request goes by, and where it came from. */
export interface Decision {
  ranking: Ranking;
  /**
   * - `kept`: an answer that the gateway held already
   * - `asked`: this request waited for the selector
   * - `failover_order`: no selector answered, so the gateway ordered the origins itself
   * - `pinned`: no ranking was taken, because a session chose the origin
   */
  decision: 'kept' | 'asked' | 'failover_order' | 'pinned';
  /** `pool policy/origin policy`, for example `geo/round_robin`. */
  strategy: string;
  /** Empty without a selector's answer, and where a session decides. */
  variant: 'live' | 'canary' | '';
  selector_version: string;
  /** The facts that make up the key which the order follows. Absent: the order was drawn, or is the same for every request. */
  follows?: readonly FactName[];
}

/** The origin that a shadow policy would have chosen. It decides nothing. */
export interface ShadowChoice {
  /** `pool policy/origin policy`. */
  strategy: string;
  origin: OriginId;
  /** Whether another origin was tried first. */
  differs: boolean;
}
