import { getOrMake, retain } from '../../../shared/maps.ts';
import type { Balancer, Pool } from '../../../shared/model/config.ts';
import type { Outliers } from '../ejection/outliers.ts';
import type { EjectionEvent } from '../ejection/record_ejection.ts';
import { type CompiledConfig, sameServer } from './compiled_config.ts';
import { FirstByteTimes } from './first_byte_times.ts';
import { Queue } from './queue.ts';
import { RetryBudget } from './retry_budget.ts';

/** What an isolate remembers to contain failures: ejections, budgets for retries and hedges, queues. Each isolate has its own. */
export class Guards {
  readonly outliers: Outliers;
  readonly #budgets = new Map<string, RetryBudget>();
  readonly #hedges = new Map<string, RetryBudget>();
  readonly #times = new Map<string, FirstByteTimes>();
  readonly #queues = new Map<string, Queue>();

  /** @param outliers what is known of failing origins: at first nothing */
  constructor(outliers: Outliers) {
    this.outliers = outliers;
  }

  /** Others with the same ejections, and nothing in budgets and queues. */
  copy(random: () => number): Guards {
    return new Guards(this.outliers.copy(random));
  }

  budget({ id }: Balancer): RetryBudget {
    return getOrMake(this.#budgets, id, newBudget);
  }

  /** The budget for hedges. It is separate, so that many hedges at a slow origin do not use up the retries around a dead one. */
  hedges({ id }: Balancer): RetryBudget {
    return getOrMake(this.#hedges, id, newBudget);
  }

  /** First-byte times of a balancer's answers, for balancers that hedge by a percentile. */
  times({ id }: Balancer): FirstByteTimes {
    return getOrMake(this.#times, id, newTimes);
  }

  queue({ id }: Pool): Queue {
    return getOrMake(this.#queues, id, newQueue);
  }

  /**
   * Forgets measurements of anything that a new configuration has changed or does not have. Requests in a queue go on waiting.
   * @returns the ejections that this has ended
   */
  keep(before: CompiledConfig, after: CompiledConfig, now: number): EjectionEvent[] {
    const { config } = after.document;
    const earlier = byId(before);
    const later = byId(after);
    // A balancer can hedge without a retry budget, so a comparison of budgets alone would miss its removal.
    const budgeted = (id: string) =>
      later.has(id) && same(earlier.get(id)?.retry.budget, later.get(id)?.retry.budget);
    retain(this.#budgets, budgeted);
    retain(this.#hedges, budgeted);
    // First-byte times are measured over all origins together, so a change of any origin invalidates them.
    if (this.#times.size > 0 && !serveAlike(before, after)) this.#times.clear();
    retain(this.#times, (id) => same(earlier.get(id)?.hedging, later.get(id)?.hedging));
    retain(this.#queues, (id, queue) => queue.length > 0 || id in config.pools);
    return this.outliers.keep((id) => {
      const pool = after.pools.get(id);
      const options = before.pools.get(id)?.outlier_detection;
      const kept = sameServer(before.origins.get(id), after.origins.get(id));
      return kept && same(options, pool?.outlier_detection) ? pool : undefined;
    }, now);
  }
}

function byId({ document }: CompiledConfig): ReadonlyMap<string, Balancer> {
  return new Map(document.config.balancers.map((balancer) => [balancer.id, balancer]));
}

/** Whether all origins are the same servers as before. */
function serveAlike(before: CompiledConfig, after: CompiledConfig): boolean {
  if (before.origins.size !== after.origins.size) return false;
  for (const [id, origin] of before.origins) if (!sameServer(origin, after.origins.get(id))) return false;
  return true;
}

/** Whether two parts of configurations are equal. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const newBudget = () => new RetryBudget();
const newTimes = () => new FirstByteTimes();
const newQueue = () => new Queue();
