import type { FactName } from '../contracts/facts.ts';
import type { SettleBy } from '../contracts/selection.ts';
import type { Options } from './option.ts';
import type { Strategy } from './strategy.ts';

/** Where a policy may stand: among the pools of a balancer, or among the origins of a pool. */
export type Level = 'pools' | 'origins';

/**
 * A strategy that ships with Plimsoll, with all that the rest of the project has to know of it. The schema, its checks, the
 * simulator, backtests, the bench and the documentation follow from these fields. Each policy is one file, and one line in
 * catalogue.ts.
 */
export interface Policy<F extends FactName = FactName, O extends Options = Options> extends Strategy<F, O> {
  /** What it does: one sentence for the table in docs/strategies.md. */
  about: string;
  levels: readonly Level[];
  /** The options that it reads; absent: none. */
  options?: O;
  /** How the gateway settles the finalists that it names, under some options at least. Absent: it names none. */
  settled_by?: SettleBy;
  /** It makes a table for each new list of targets. The bench measures this apart. */
  makes_table?: true;
}
