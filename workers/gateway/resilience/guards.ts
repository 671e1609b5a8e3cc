import type { Balancer, Pool } from '../../../shared/config/config.ts';
import type { OriginId } from '../../../shared/contracts/ids.ts';
import { RetryBudget } from './budget.ts';
import { FirstByteTimes } from './first_byte_times.ts';
import { Outliers } from './outliers.ts';
import { Queue } from './queue.ts';

/** What an isolate remembers to keep trouble small: whom it ejected, what it may retry, who waits. All its own. */
export class Guards {
  readonly outliers: Outliers;
  readonly #budgets = new Map<string, RetryBudget>();
  readonly #hedges = new Map<string, RetryBudget>();
  readonly #times = new Map<string, FirstByteTimes>();
  readonly #queues = new Map<string, Queue>();

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.outliers = new Outliers(random);
  }

  budget({ id }: Balancer): RetryBudget {
    return getOrMake(this.#budgets, id, RetryBudget);
  }

  /** For hedges alone: many of them, at a slow origin, must not cost a request its way around a dead one. */
  hedges({ id }: Balancer): RetryBudget {
    return getOrMake(this.#hedges, id, RetryBudget);
  }

  /** First-byte times of a balancer's answers, for those that hedge by them. */
  times({ id }: Balancer): FirstByteTimes {
    return getOrMake(this.#times, id, FirstByteTimes);
  }

  queue({ id }: Pool): Queue {
    return getOrMake(this.#queues, id, Queue);
  }

  /** Forgets what a new configuration does not have; who waits in a queue goes on waiting. */
  keep(balancers: readonly Balancer[], origins: ReadonlyMap<OriginId, unknown>): void {
    this.outliers.keep(origins);
    const ids = new Set(balancers.map(({ id }) => id));
    for (const map of [this.#budgets, this.#hedges, this.#times])
      for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
  }
}

function getOrMake<T>(map: Map<string, T>, id: string, Made: new () => T): T {
  let found = map.get(id);
  if (found === undefined) {
    found = new Made();
    map.set(id, found);
  }
  return found;
}
