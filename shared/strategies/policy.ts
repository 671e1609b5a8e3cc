import type { FactName } from '../contracts/facts.ts';
import type { SettleBy } from '../contracts/selection.ts';
import type { Options } from './option.ts';
import type { Strategy } from './strategy.ts';

/** Where a policy may be used: among the pools of a balancer, or among the origins of a pool. */
export type Level = 'pools' | 'origins';

/**
 * A strategy that ships with Plimsoll, with everything that the rest of the project has to know about it. The schema, its
 * checks, the simulator, backtests, the bench and the documentation follow from these fields. Each policy is one file, and one line in
 * catalogue.ts.
 */
export interface Policy<F extends FactName = FactName, O extends Options = Options> extends Strategy<F, O> {
  /** One sentence for the table in docs/strategies.md. */
  about: string;
  levels: readonly Level[];
  /** The options that it reads. Absent: none. */
  options?: O;
  /** How the gateway settles the finalists that it names. Absent: it never names any. */
  settled_by?: SettleBy;
  /** Its settler counts what it chooses, so it cannot be a shadow, which must change nothing. */
  counts_choice?: true;
  /** It makes a table for each new list of targets, which the bench measures separately. */
  makes_table?: true;
}

/** Declares a policy, which reads no facts unless `reads` names some. The types of `rank` follow from `reads` and `options`. */
export function policy<F extends FactName = never, O extends Options = Options>(
  declared: Omit<Policy<F, O>, 'reads'> & Partial<Pick<Policy<F, O>, 'reads'>>,
): Policy<F, O> {
  return { reads: [], ...declared };
}
