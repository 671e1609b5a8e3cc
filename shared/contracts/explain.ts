import type { UnusedRule } from '../model/balancer.ts';
import type { OriginId } from '../model/ids.ts';
import type { ReadField } from '../rules/compile.ts';
import type { Expression } from '../rules/expression.ts';
import type { NamedField } from '../rules/fields_in.ts';
import type { OriginState } from './health.ts';
import type { Answer, Question, WhyOut } from './selection.ts';

// Why a request goes where it goes. The gateway and the selector run the code that serves, on copies of their memory, so an
// explanation takes no turn, no ranking and no count from traffic.

/** A request to explain. */
export interface Explainable {
  /** Absolute, with the host that the client asks for. */
  url: string;
  /** Default: GET. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  /** The client's address. Default: unknown. */
  client_address?: string;
  /** What the platform would know about the client: `country`, `regionCode`, `colo`, `asn`, … Default: nothing. */
  cf?: Readonly<Record<string, string | number>>;
}

/** What an isolate of the gateway would do with a request now. */
export interface Explanation {
  /** The isolate that explains. Others may have other loads, ejections and turns. */
  isolate: string;
  gateway_version: string;
  config_version: number;
  health_version: number;
  /**
   * - `origin`: it goes to `origin`
   * - `fixed_response`, `maintenance`: the gateway answers, with `status`
   * - `no_match`: no load balancer serves this host and path
   * - `unavailable`: no origin can take it
   * - `invalid`: the request itself is refused, with `status` and `detail`
   */
  outcome: 'origin' | 'fixed_response' | 'maintenance' | 'no_match' | 'unavailable' | 'invalid';
  status?: number;
  detail?: string;
  /** Absent: none matched. */
  balancer?: { id: string; host: string; path: string };
  /** All pool sets and rules of the balancer, in order, then those that apply to no request. */
  rules: readonly RuleResult[];
  /** Absent: the balancer keeps no sessions, or the request is in none. */
  session?: SessionResult;
  /** Absent: no origin is chosen. */
  choice?: Choice;
  /** The origin that is tried first. */
  origin?: OriginId;
  /** The pools of the balancer, in the order of its configuration. */
  pools: readonly ExplainedPool[];
  /** What else happens: `shed`, `ejected`, `overflow`, … as in the column `events`. */
  events: readonly string[];
  /** What differs from a request that is served. */
  notes: readonly string[];
}

/** Whether a pool set or a rule applies. */
export interface RuleResult {
  kind: 'pool_set' | 'rule';
  name: string;
  /**
   * - `false`: its condition is false
   * - `not_reached`: its condition holds, and an earlier one ended the list
   * - `disabled`, `never_true`: it was not published. See {@link UnusedRule}
   */
  result: 'applied' | 'false' | 'not_reached' | UnusedRule['result'];
  /** Absent: it holds for every request, or the rule was not published. */
  condition?: Expression;
  /** What the request has for each field in a condition that is false. Absent: the condition holds. */
  values?: readonly FieldValue[];
}

/** A field and its value for the explained request. */
export interface FieldValue extends NamedField {
  /** Undefined: the request does not have it. */
  value: ReturnType<ReadField>;
}

/** A comparison that makes a condition false. */
export interface ShownPart {
  condition: string;
  /** Its own value. It is true below a `not`. */
  holds: boolean;
  /** What the request has for its fields: `http.request.headers["a"]`. null: it does not have them. */
  values: Readonly<Record<string, string | number | readonly string[] | null>>;
}

export interface SessionResult {
  by: string;
  /** The origin that the cookie names. Absent: it names none, or one that is gone. */
  named?: OriginId;
  /** Whether the request stays there. */
  kept: boolean;
}

/** How the first origin was found. */
export interface Choice {
  decision: 'kept' | 'asked' | 'failover_order' | 'pinned';
  strategy: string;
  variant: string;
  selector_version: string;
  /** The facts whose values form the key that determines the order. Absent: no key does. */
  follows?: readonly string[];
  /** The ranking as the selector made it. */
  ranking: readonly OriginId[];
  /** The gateway chose among this many at the front of the ranking, by load. */
  finalists: number;
  settled_by: string;
  /** The origins in the order in which they would be tried. */
  order: readonly OriginId[];
  /** Random numbers in [0, 1) that were drawn, the gateway's after the selector's. */
  draws: readonly number[];
}

/** A pool and why it is or is not a candidate. */
export interface ExplainedPool {
  id: string;
  is_fallback: boolean;
  /** Absent: it is a candidate, or the selector did not say. */
  out?: WhyOut;
  origins: readonly ExplainedOrigin[];
}

export interface ExplainedOrigin {
  id: OriginId;
  enabled: boolean;
  /** `drain`, `maintenance`. Absent: ready. */
  state?: string;
  health: OriginState;
  /** As configured. */
  weight: number;
  /** As it took effect. Absent: it is no candidate, or the selector did not say. */
  effective_weight?: number;
  /** The share of its requests that passive health leaves it. 0: ejected. */
  share: number;
  /** Requests of this isolate in flight there. */
  inflight: number;
  /** Whether it has as many as its pool's circuit breaker allows. */
  full: boolean;
}

/** A pool as the selector sees it. */
export interface PoolStanding {
  id: string;
  is_fallback: boolean;
  /** Absent: it is a candidate. */
  out?: WhyOut;
  /** The origins that may serve, with their weights for now. The next tier is tried when one is used up. */
  tiers: readonly (readonly { id: OriginId; weight: number }[])[];
}

/** The selector's explanation: the very answer, and what it was made from. */
export interface ExplainedAnswer {
  answer: Answer;
  pools: readonly PoolStanding[];
  draws: readonly number[];
}

/** A rule as the console answers it: its condition is text. */
export interface ShownRule extends Omit<RuleResult, 'condition' | 'values'> {
  condition?: string;
  /** The comparisons that make the condition false. Absent: it holds, or this version of the console cannot read it. */
  because?: readonly ShownPart[];
}

/** An explanation as the console answers it. */
export type ShownExplanation = Omit<Explanation, 'rules'> & { rules: readonly ShownRule[] };

/** The selector's RPC interface for explanations, on its default entrypoint. */
export interface ExplainingSelector {
  explain(question: Question): Promise<ExplainedAnswer>;
}

/** The gateway's entrypoint `Explain`. */
export interface Explainer {
  explain(request: Explainable): Promise<Explanation>;
}
