import { DurableObject } from 'cloudflare:workers';
import type { LocationHint } from '../../shared/geo/location_hints.ts';
import { dueAt } from '../../shared/time/clock.ts';
import { within } from '../../shared/time/within.ts';
import { type Assignment, type Env, IO, type RegionalProber } from './env.ts';
import { fingerprintOf, type Observations, observationsOf } from './judge/observation.ts';
import { REPORT_MS } from './paces.ts';
import type { Watched, WatchKey } from './probe/order.ts';
import { REGION_PROBES } from './probe/slots.ts';
import { Alarm } from './schedule/alarm.ts';
import { ProbeLoop, TICK_MS } from './schedule/probe_loop.ts';
import { soon } from './soon.ts';
import { StoredMap } from './stored_map.ts';

/** Ample for a coordinator on the other side of the world. */
const REPORT_TIMEOUT_MS = 5_000;

/** Stored, so that a restart resumes probing. */
interface Orders {
  /** Id of the Durable Object to report to. */
  coordinator: string;
  region: LocationHint;
}

/**
 * Probes from one part of the world. It knows only what the coordinator assigned to it and applies rise and fall to its own
 * checks. It reports to the coordinator as soon as a state changes, and regularly as a sign of life.
 */
export class Region extends DurableObject<Env> implements RegionalProber {
  readonly #alarm: Alarm;
  readonly #loop: ProbeLoop;
  readonly #watched: StoredMap<WatchKey, Watched>;
  #orders: Orders | undefined;
  /** Only in memory, so it reports again after a restart. */
  #reported = { text: '', at: 0 };
  #reporting = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#orders = ctx.storage.kv.get<Orders>('orders');
    this.#watched = new StoredMap(ctx.storage.kv, 'watch:');
    this.#alarm = new Alarm(ctx.storage, IO.now);
    this.#loop = new ProbeLoop(ctx.storage.kv, env, this.#orders?.region ?? 'default', REGION_PROBES, IO);
    this.#loop.follow([...this.#watched.entries.values()]);
  }

  /**
   * Replaces the assignment, and makes sure that an alarm is set.
   * @param coordinator id of the Durable Object to report to
   * @returns all observations of this region
   */
  async follow(coordinator: string, assignment: Assignment): Promise<Observations> {
    const { region, watched, known } = assignment;
    if (this.#orders?.coordinator !== coordinator || this.#orders.region !== region) {
      this.#orders = { coordinator, region };
      this.ctx.storage.kv.put('orders', this.#orders);
    }
    // The assignment arrives every minute. Keep the old object of an unchanged entry, so that it is not written again.
    const now = watched.map((each) => {
      const old = this.#watched.get(each.key);
      return old?.definition === each.definition ? old : each;
    });
    this.#watched.replace(new Map(now.map((each) => [each.key, each])));
    this.#loop.follow(now, ({ key }) => known[key], region);
    await this.#alarm.by(this.#nextAlarm());
    return observationsOf(this.#loop.records);
  }

  async hurry(keys: readonly WatchKey[]): Promise<void> {
    this.#loop.hurry(new Set(keys));
    await this.#alarm.by(this.#nextAlarm());
  }

  override async alarm(): Promise<void> {
    await this.#alarm.ring(
      async () => {
        await this.#loop.tick();
        if (!this.#reporting) await soon(this.ctx, this.#report());
        return this.#nextAlarm();
      },
      // The clock stops when there is nothing left to check.
      () => this.#loop.records.size > 0,
    );
  }

  #nextAlarm(): number {
    const now = IO.now();
    return Math.min(this.#loop.nextAt(now), Math.max(this.#reportAt(now), now + TICK_MS));
  }

  /** When to send the next sign of life. */
  #reportAt(now: number): number {
    return dueAt(this.#reported.at + REPORT_MS, now, REPORT_MS);
  }

  async #report(): Promise<void> {
    const now = IO.now();
    const observations = observationsOf(this.#loop.records);
    const text = fingerprintOf(observations);
    if (this.#orders === undefined) return;
    if (text === this.#reported.text && this.#reportAt(now) > now) return;
    const { coordinator, region } = this.#orders;
    this.#reporting = true;
    try {
      const object = this.env.MONITORS.get(this.env.MONITORS.idFromString(coordinator));
      await within(REPORT_TIMEOUT_MS, object.report(region, observations));
      this.#reported = { text, at: now };
    } catch (error) {
      this.#reported.at = 0;
      console.error(
        `health: region ${region} did not reach the coordinator, will try again: ${String(error)}`,
      );
    } finally {
      this.#reporting = false;
    }
  }
}
