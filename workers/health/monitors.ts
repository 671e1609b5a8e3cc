import { DurableObject } from 'cloudflare:workers';
import bundled from 'bundled-config';
import { defined } from '../../shared/defined.ts';
import type { KeptDocument } from '../../shared/documents/kept_document.ts';
import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { elapsed } from '../../shared/time/clock.ts';
import { CONFIG_REFRESH_MS, keptConfig } from './documents.ts';
import { type Coordinator, type Env, IO } from './env.ts';
import type { Observation, Observations } from './judge/observation.ts';
import { type Judged, judgeAll, type Status } from './judge/status.ts';
import { Notifier } from './notify/notifier.ts';
import { type Watched, watched } from './probe/order.ts';
import { HEARTBEAT_MS, publishAt } from './publish/publication.ts';
import { publish } from './publish/publish.ts';
import { transitionRow, writePoint } from './record.ts';
import { ProbeLoop, TICK_MS } from './schedule/probe_loop.ts';
import { Regions } from './schedule/regions.ts';
import { soon } from './soon.ts';
import { Store } from './store.ts';

/**
 * A Worker may wait for response headers on six connections at a time; a seventh is queued silently. The sixth is reserved for
 * webhooks. https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections
 */
const MAX_PROBES = 5;

/**
 * Knows the state of every origin. There is one such object, and its alarm is the clock. Each alarm runs a round: read the
 * configuration, check origins that no region checks, send regions their assignments, judge, publish, notify, set the next alarm.
 */
export class Monitors extends DurableObject<Env> implements Coordinator {
  readonly #store: Store;
  readonly #config: KeptDocument<ConfigDocument>;
  readonly #loop: ProbeLoop;
  readonly #regions: Regions;
  readonly #notifier: Notifier;
  /** The configuration that was applied last, and what it says to watch. */
  #followed: { document: ConfigDocument; watched: Watched[] } | undefined;
  #judged: Judged[] = [];
  #publishing = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv } = ctx.storage;
    this.#store = new Store(kv);
    this.#config = keptConfig(env.KV, this.#store, IO.now);
    this.#loop = new ProbeLoop(kv, env, 'default', MAX_PROBES, IO);
    this.#regions = new Regions(this.#store.links, env, ctx.id.toString(), this.#backAt(IO.now()));
    this.#notifier = new Notifier(kv, env, IO);
  }

  /** Makes sure that an alarm is set. The watchdog calls this every minute; extra calls do no harm. */
  async wake(): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    const now = IO.now();
    // An alarm that is a minute late was dropped. No alarm is set a minute ahead, so if it is, the clock was set back.
    if (alarm === null || Math.abs(alarm - now) > 60_000) await this.ctx.storage.setAlarm(now);
  }

  /**
   * When this object returned after an absence of more than two heartbeats; 0: it was not absent. It could hear no region
   * during the absence, so it must not treat the regions as silent.
   */
  #backAt(now: number): number {
    return elapsed(this.#store.publication.attempted_at, now) > 2 * HEARTBEAT_MS ? now : 0;
  }

  /** Takes the report of a region. Regions report when a state changes, and regularly as a sign of life. */
  async report(region: LocationHint, observations: Observations): Promise<void> {
    this.#follow();
    this.#regions.heard(region, observations, IO.now());
    this.#judge();
    const next = this.#nextAlarm();
    const alarm = await this.ctx.storage.getAlarm();
    // During a round no alarm is set. The end of the round sets the next one.
    if (alarm !== null && alarm > next) await this.ctx.storage.setAlarm(next);
  }

  override async alarm(): Promise<void> {
    let next = IO.now() + TICK_MS;
    try {
      await this.#round();
      next = this.#nextAlarm();
    } catch (error) {
      console.error(`health: a round failed: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      // Even a failed round must not stop the clock.
      await this.ctx.storage.setAlarm(next);
    }
  }

  async #round(): Promise<void> {
    await soon(this.ctx, this.#config.refresh());
    this.#follow();
    this.ctx.waitUntil(this.#regions.tell(IO.now));
    await this.#loop.tick();
    this.#judge();
    this.ctx.waitUntil(this.#notifier.post());
    if (!this.#publishing) await soon(this.ctx, this.#publish());
  }

  async #publish(): Promise<void> {
    this.#publishing = true;
    try {
      await publish(this.env.KV, this.#store, () => this.#judged, IO.now);
    } finally {
      this.#publishing = false;
    }
  }

  #nextAlarm(): number {
    const now = IO.now();
    return Math.min(
      this.#loop.nextAt(now),
      publishAt(this.#store.publication, this.#store.statuses.entries, now),
      Math.max(Math.min(this.#regions.nextAt(now), this.#notifier.nextAt(now)), now + TICK_MS),
      now + CONFIG_REFRESH_MS,
    );
  }

  /** Applies the configuration to this object's own prober and to the regions. */
  #follow(): void {
    const document = this.#config.current ?? bundled;
    // Every read of KV returns a new object. The regions must only be told if the content differs.
    const same =
      this.#followed?.document.version === document.version && this.#followed.document.hash === document.hash;
    if (this.#followed === undefined || !same)
      this.#followed = { document, watched: watched(document.config) };
    const { watched: all } = this.#followed;
    const known = ({ id }: Watched) => observationOf(this.#store.statuses.get(id));
    this.#loop.follow(
      all.filter(({ regions }) => regions.includes('default')),
      known,
    );
    this.#regions.follow(all, known, IO.now());
  }

  #judge(): void {
    const now = IO.now();
    const before = this.#store.statuses.entries;
    this.#judged = judgeAll(
      this.#followed?.watched ?? [],
      (region, key) =>
        region === 'default'
          ? this.#loop.records.get(key)?.verdict
          : this.#regions.observationOf(region, key, now),
      before,
      now,
    );
    for (const judged of this.#judged) this.#tellTransition(judged, before.get(judged.id));
    this.#store.statuses.replace(new Map(this.#judged.map(({ id, status }) => [id, status])));
    this.#notifier.observe(this.#judged, (this.#followed?.document ?? bundled).config, now);
  }

  /** Logs and records that an origin has changed its state. */
  #tellTransition(judged: Judged, before: Status | undefined): void {
    const { id, status } = judged;
    const from = before?.state ?? 'unknown';
    if (status.state === from) return;
    console.log(`health: ${id} ${from} -> ${status.state} ${status.reason ?? ''}`.trimEnd());
    const pool = this.#config.current?.config.pools[judged.pool];
    this.ctx.waitUntil(writePoint(this.env.HEALTH, transitionRow(judged, before, pool?.monitor ?? '')));
  }
}

/** What a new prober assumes about an origin until it has checked it. */
function observationOf(status: Status | undefined): Observation | undefined {
  if (status === undefined) return undefined;
  const { seen, since, reason } = status;
  return { state: seen, since, ...defined({ reason }) };
}
