import { DurableObject } from 'cloudflare:workers';
import type { Heads, Suspicion } from '../../shared/contracts/control.ts';
import type { HealthDocument } from '../../shared/contracts/health.ts';
import { defined } from '../../shared/defined.ts';
import { configDocument } from '../../shared/documents/check.ts';
import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import { Configuration } from './configuration.ts';
import { type Coordinator, type Env, IO } from './env.ts';
import type { Observations } from './judge/observation.ts';
import { assumedFrom, type JudgedBy, judgeAll } from './judge/status.ts';
import { Notifier } from './notify/notifier.ts';
import { CONFIG_REFRESH_MS } from './paces.ts';
import { type Watched, watched } from './probe/order.ts';
import { COORDINATOR_PROBES } from './probe/slots.ts';
import { fullOrigins } from './publish/publication.ts';
import { Publisher } from './publish/publisher.ts';
import { recordTransition } from './record.ts';
import { backAt, presentUntil } from './schedule/absence.ts';
import { Alarm, LOST_ALARM_MS } from './schedule/alarm.ts';
import { ProbeLoop, TICK_MS } from './schedule/probe_loop.ts';
import { Regions } from './schedule/regions.ts';
import { Suspicions } from './schedule/suspicions.ts';
import { soon } from './soon.ts';
import { Store } from './store.ts';

/** A configuration, and what it says to watch. */
interface Followed {
  document: ConfigDocument;
  by_origin: ReadonlyMap<OriginId, readonly Watched[]>;
}

/**
 * The coordinator: it knows the state of every origin and the newest configuration, and tells both at once. There is one such
 * object, and its alarm is the clock. Each alarm runs a round: read the configuration, check origins that no region checks, send
 * regions their assignments, judge, publish, notify, set the next alarm.
 */
export class Monitors extends DurableObject<Env> implements Coordinator {
  readonly #store: Store;
  readonly #config: Configuration;
  readonly #alarm: Alarm;
  readonly #loop: ProbeLoop;
  readonly #regions: Regions;
  readonly #notifier: Notifier;
  readonly #publisher: Publisher;
  readonly #suspicions = new Suspicions();
  /** The configuration that was applied last, and what it says to watch. */
  #followed: Followed | undefined;
  #judged: JudgedBy[] = [];
  /** The time at which the last judgement was known to hold. 0: nothing was judged since this object started. */
  #confirmed_at = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv } = ctx.storage;
    this.#store = new Store(kv);
    this.#config = new Configuration(env.KV, this.#store, IO.now);
    this.#publisher = new Publisher(env.KV, this.#store, IO.now);
    this.#alarm = new Alarm(ctx.storage, IO.now);
    this.#loop = new ProbeLoop(kv, env, 'default', COORDINATOR_PROBES, IO);
    const { links } = this.#store;
    this.#regions = new Regions(links, env, ctx.id.toString(), backAt(links.entries, IO.now()));
    this.#notifier = new Notifier(kv, env, IO);
    void ctx.blockConcurrencyWhile(() => this.#config.restore());
  }

  /** The newest of both documents, for the readers of all data centres. */
  async heads(): Promise<Heads> {
    const now = IO.now();
    const restarted = this.#confirmed_at === 0;
    // A restarted object judges by what is stored. If the clock was set back, it judges again, because the age is not known.
    if (restarted || this.#confirmed_at > now) this.#judge();
    const health_age_ms = now - this.#confirmed_at;
    if (restarted || health_age_ms > LOST_ALARM_MS) await this.wake();
    const health = this.#publisher.documentAt(this.#confirmed_at);
    return {
      ...defined({ config: this.#config.parts?.head, health }),
      ...(health === undefined ? {} : { health_age_ms }),
    };
  }

  async body(hash: string): Promise<string | undefined> {
    const { parts } = this.#config;
    return parts?.head.hash === hash ? parts.body : undefined;
  }

  async health(): Promise<HealthDocument | undefined> {
    const { health } = await this.heads();
    return health && { ...health, origins: fullOrigins(this.#judged) };
  }

  async announce(document: ConfigDocument): Promise<boolean> {
    const taken = this.#config.announce(configDocument(document));
    if (taken) {
      this.#judge();
      await this.#alarm.by(IO.now());
    }
    return taken;
  }

  async suspect(suspicions: readonly Suspicion[]): Promise<void> {
    const now = IO.now();
    const { by_origin } = this.#followed ?? this.#follow();
    const accepted = this.#suspicions.accept(suspicions, by_origin, now);
    if (accepted.length === 0) return;
    const suspected = accepted.flatMap((origin) => by_origin.get(origin) ?? []);
    this.#loop.hurry(new Set(suspected.map(({ key }) => key)));
    this.ctx.waitUntil(this.#regions.hurry(suspected));
    await this.#alarm.by(now);
  }

  /** Makes sure that an alarm is set. The watchdog calls this every minute; extra calls do no harm. */
  wake(): Promise<void> {
    return this.#alarm.keep();
  }

  /** Takes the report of a region. Regions report when a state changes, and regularly as a sign of life. */
  async report(region: LocationHint, observations: Observations): Promise<void> {
    this.#follow();
    this.#regions.heard(region, observations, IO.now());
    this.#judge();
    await this.#alarm.by(this.#nextAlarm());
  }

  override async alarm(): Promise<void> {
    await this.#alarm.ring(async () => {
      await this.#round();
      return this.#nextAlarm();
    });
  }

  async #round(): Promise<void> {
    await soon(this.ctx, this.#config.refresh());
    this.#follow();
    this.ctx.waitUntil(this.#regions.tell(IO.now));
    await this.#loop.tick();
    this.#judge();
    this.ctx.waitUntil(this.#notifier.post());
    await soon(this.ctx, this.#publisher.publish());
  }

  #nextAlarm(): number {
    const now = IO.now();
    return Math.min(
      this.#loop.nextAt(now),
      this.#publisher.nextAt(now),
      Math.max(Math.min(this.#regions.nextAt(now), this.#notifier.nextAt(now)), now + TICK_MS),
      now + CONFIG_REFRESH_MS,
    );
  }

  /** Applies the configuration to this object's own prober and to the regions. */
  #follow(): Followed {
    const document = this.#config.current;
    if (this.#followed?.document === document) return this.#followed;
    const all = watched(document.config);
    const known = ({ id }: Watched) => assumedFrom(this.#store.statuses.get(id));
    this.#loop.follow(
      all.filter(({ regions }) => regions.includes('default')),
      known,
    );
    this.#regions.follow(all, known, IO.now());
    // Last, so that it is tried again if it failed.
    this.#followed = { document, by_origin: Map.groupBy(all, ({ id }) => id) };
    return this.#followed;
  }

  #judge(): void {
    const now = IO.now();
    const { document, by_origin } = this.#follow();
    const before = this.#store.statuses.entries;
    this.#judged = judgeAll(
      by_origin,
      (region, key) =>
        region === 'default'
          ? this.#loop.records.get(key)?.verdict
          : this.#regions.observationOf(region, key, now),
      before,
      now,
      this.#judged,
    );
    for (const judged of this.#judged) {
      const was = before.get(judged.id);
      if (was?.state === judged.status.state) continue;
      const monitor = document.config.pools[judged.pool]?.monitor ?? '';
      this.ctx.waitUntil(recordTransition(this.env.HEALTH, judged, was, monitor));
    }
    this.#store.statuses.replace(new Map(this.#judged.map(({ id, status }) => [id, status])));
    // After a start, the states are as old as the absence: a check that is overdue was not started.
    this.#confirmed_at =
      this.#confirmed_at > 0
        ? now
        : Math.min(now, this.#loop.nextAt(now), presentUntil(this.#store.links.entries, now));
    this.#publisher.take(this.#judged, document.config);
    this.#notifier.observe(this.#judged, document.config, now);
  }
}
