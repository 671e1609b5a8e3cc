import type { Origin } from '../../../shared/config/config.ts';
import type { Exchange } from '../exchange.ts';
import { mark } from '../trace.ts';
import { spares } from './spares.ts';

/**
 * Where a request goes, one origin after the other: none twice while another is left, and none that has as many
 * requests in flight as its pool's breaker allows.
 */
export class Route {
  readonly #exchange: Exchange;
  readonly #origins: readonly Origin[];
  /** Longest ago first. */
  readonly #tried: Origin[] = [];
  #spares: readonly Origin[] | undefined;
  #full = false;
  #again = false;

  /**
   * @param origins in the order to try them
   * @param only whether no others take their places when all of them are full
   */
  constructor(exchange: Exchange, origins: readonly Origin[], only = false) {
    this.#exchange = exchange;
    this.#origins = origins;
    if (only) this.#spares = [];
  }

  /** Whether an origin was passed over because it is full. */
  get full(): boolean {
    return this.#full;
  }

  /** Whether the last one of {@link next} had failed this request before. */
  get again(): boolean {
    return this.#again;
  }

  /** The next origin. @returns undefined: none is left, or all are full */
  next(): Origin | undefined {
    return this.fresh() ?? this.#oldest();
  }

  /** The next origin that was not tried yet. @param wanted whether one will do; default: any */
  fresh(wanted: (origin: Origin) => boolean = () => true): Origin | undefined {
    const may = (origin: Origin) => !this.#tried.includes(origin) && wanted(origin) && this.#free(origin);
    let origin = this.#origins.find(may);
    if (origin === undefined && this.#full) {
      this.#spares ??= spares(this.#exchange, this.#origins);
      origin = this.#spares.find(may);
    }
    if (origin !== undefined) this.#tried.push(origin);
    return origin;
  }

  #oldest(): Origin | undefined {
    if (!this.#exchange.balancer.retry.same_origin) return undefined;
    const index = this.#tried.findIndex((one) => this.#free(one));
    const [origin] = index === -1 ? [] : this.#tried.splice(index, 1);
    if (origin === undefined) return undefined;
    this.#again = true;
    this.#tried.push(origin);
    return origin;
  }

  #free({ id }: Origin): boolean {
    const { loaded, isolate, trace } = this.#exchange;
    const { max_inflight } = loaded.pools.get(id)?.circuit_breaker ?? {};
    if (max_inflight === undefined || isolate.inflight.of(id) < max_inflight) return true;
    this.#full = true;
    mark(trace, 'overflow');
    return false;
  }
}
