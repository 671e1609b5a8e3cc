import type { Origin } from '../../../shared/config/config.ts';
import type { Exchange } from '../exchange.ts';
import { orderKey } from '../order_key.ts';
import { mark } from '../trace.ts';
import { spares } from './spares.ts';
import type { Tie } from './tie.ts';

/**
 * Where a request goes, one origin after the other: none twice while another is left, and none that has as many
 * requests in flight as its pool's breaker allows.
 */
export class Route {
  readonly #exchange: Exchange;
  #origins: readonly Origin[];
  readonly #tie: Tie | undefined;
  #rest: Tie['rest'];
  /** Longest ago first. */
  readonly #tried: Origin[] = [];
  #spares: readonly Origin[] | undefined;
  #full = false;
  #again = false;

  /**
   * @param origins in the order to try them
   * @param tie of the request's session: with `only` no others take their places when all of them are full
   */
  constructor(exchange: Exchange, origins: readonly Origin[], tie?: Tie) {
    this.#exchange = exchange;
    this.#origins = origins;
    this.#tie = tie;
    this.#rest = tie?.rest;
    if (tie?.only) this.#spares = [];
  }

  /**
   * Finds the origins behind the first ones, once none of these can take the request. To be called before each look.
   * @returns undefined: there is nothing to wait for
   */
  extend(): Promise<void> | undefined {
    if (this.#rest === undefined || this.#origins.some((one) => this.#may(one))) return undefined;
    return this.#extendBy(this.#rest);
  }

  async #extendBy(rest: NonNullable<Tie['rest']>): Promise<void> {
    this.#rest = undefined;
    const more = await rest();
    this.#origins = [...this.#origins, ...more.filter((origin) => !this.#origins.includes(origin))];
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
    const may = (origin: Origin) => wanted(origin) && this.#may(origin);
    let origin = this.#origins.find(may);
    if (origin === undefined && this.#full && this.#rest === undefined) {
      this.#spares ??= spares(this.#exchange, this.#origins, orderKey(this.#exchange, this.#tie));
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

  #may(origin: Origin): boolean {
    return !this.#tried.includes(origin) && this.#free(origin);
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
