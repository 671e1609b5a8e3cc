import { DurableObject } from 'cloudflare:workers';
import type { LocationHint } from '../../shared/geo/location_hints.ts';
import { pending } from '../../shared/time/clock.ts';
import { within } from '../../shared/time/within.ts';
import type { Env } from './env.ts';
import type { Watched, WatchKey } from './order.ts';
import { REPORT_MS } from './regions.ts';
import type { Assignment, RegionalProber } from './rpc.ts';
import { fingerprintOf, type Sights, sightsOf } from './sight.ts';
import { soon } from './soon.ts';
import { Shelf } from './stored_map.ts';
import { TICK_MS, Watch } from './watch.ts';

/** A Worker may wait for the response headers of six connections at a time; a seventh queues without telling. */
const MAX_PROBES = 6;

/** To the coordinator, which may be on the other side of the world. */
const REPORT_TIMEOUT_MS = 5_000;

/** The region it probes as, and the coordinator it reports to. */
interface Orders {
  /** Id of the coordinator's object. */
  coordinator: string;
  region: LocationHint;
}

/**
 * Probes from one part of the world. It knows only what the coordinator told it, and judges for itself alone. It reports to the
 * coordinator, at once when a state has changed, and as a sign of life.
 */
export class Region extends DurableObject<Env> implements RegionalProber {
  readonly #watch: Watch;
  readonly #watched: Shelf<WatchKey, Watched>;
  #orders: Orders | undefined;
  /** In memory alone: after a restart it reports once more. */
  #reported = { text: '', at: 0 };
  #reporting = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#orders = ctx.storage.kv.get<Orders>('orders');
    this.#watched = new Shelf(ctx.storage.kv, 'watch:');
    this.#watch = new Watch(ctx.storage.kv, env, this.#orders?.region ?? 'default', MAX_PROBES);
    this.#watch.follow([...this.#watched.entries.values()]);
  }

  /**
   * Takes over what to watch, and makes sure that the clock runs.
   * @param coordinator id of the object to report to
   * @returns what it sees
   */
  async follow(coordinator: string, assignment: Assignment): Promise<Sights> {
    const { region, watched, known } = assignment;
    if (this.#orders?.coordinator !== coordinator || this.#orders.region !== region) {
      this.#orders = { coordinator, region };
      this.ctx.storage.kv.put('orders', this.#orders);
    }
    // It is told every minute. An unchanged entry stays the same object, so it is not written again.
    const now = watched.map((each) => {
      const old = this.#watched.get(each.key);
      return old?.definition === each.definition ? old : each;
    });
    this.#watched.replace(new Map(now.map((each) => [each.key, each])));
    this.#watch.follow(now, ({ key }) => known[key], region);
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > this.#nextAlarm()) await this.ctx.storage.setAlarm(this.#nextAlarm());
    return sightsOf(this.#watch.records);
  }

  override async alarm(): Promise<void> {
    let next = Date.now() + TICK_MS;
    try {
      await this.#watch.tick();
      if (!this.#reporting) await soon(this.ctx, this.#report());
      next = this.#nextAlarm();
    } catch (error) {
      console.error(`health: a round failed: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      // Whatever happened: a failed round must not stop the clock. With nothing to watch, it stands still.
      if (this.#watch.records.size > 0) await this.ctx.storage.setAlarm(next);
    }
  }

  #nextAlarm(): number {
    const now = Date.now();
    return Math.min(this.#watch.nextAt(now), Math.max(this.#reportAt(now), now + TICK_MS));
  }

  /** When it gives its next sign of life. */
  #reportAt(now: number): number {
    const next_at = this.#reported.at + REPORT_MS;
    return pending(next_at, now, REPORT_MS) ? next_at : now;
  }

  async #report(): Promise<void> {
    const now = Date.now();
    const sights = sightsOf(this.#watch.records);
    const text = fingerprintOf(sights);
    if (this.#orders === undefined) return;
    if (text === this.#reported.text && this.#reportAt(now) > now) return;
    const { coordinator, region } = this.#orders;
    this.#reporting = true;
    try {
      const object = this.env.MONITORS.get(this.env.MONITORS.idFromString(coordinator));
      await within(REPORT_TIMEOUT_MS, object.report(region, sights));
      this.#reported = { text, at: now };
    } catch (error) {
      this.#reported.at = 0;
      console.error(`health: the coordinator was not reached from ${region}: ${String(error)}`);
    } finally {
      this.#reporting = false;
    }
  }
}
