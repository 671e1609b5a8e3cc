import { DurableObject } from 'cloudflare:workers';
import bundled from 'bundled-config';
import { HEALTH_KEY } from '../../shared/contracts/health.ts';
import { KeptDocument } from '../../shared/documents/kept_document.ts';
import { readConfig, readHealth } from '../../shared/documents/published.ts';
import { BEHIND_MS, Succession } from '../../shared/documents/succession.ts';
import type { LocationHint } from '../../shared/geo/location_hints.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { elapsed } from '../../shared/time/clock.ts';
import { within } from '../../shared/time/within.ts';
import type { Env } from './env.ts';
import { Notifier } from './notify/notifier.ts';
import { type Watched, watched } from './order.ts';
import { documentOf, fingerprint, GAP_MS, HEARTBEAT_MS, type Publication, publishAt } from './publish.ts';
import { record, transitionRow } from './record.ts';
import { Regions } from './regions.ts';
import type { Coordinator } from './rpc.ts';
import type { Sight, Sights } from './sight.ts';
import { soon } from './soon.ts';
import { type Judged, judgeAll, type Status } from './status.ts';
import { Store } from './store.ts';
import { TICK_MS, Watch } from './watch.ts';

/**
 * A Worker may wait for the response headers of six connections at a time; a seventh queues without telling. The sixth is
 * for webhooks.
 */
const MAX_PROBES = 5;

/** How often the configuration is looked at. KV's own cache adds up to half a minute to this in production. */
const CONFIG_REFRESH_MS = 10_000;

/** How many documents can have been published within the time that KV may be behind. */
const UNSEEN_VERSIONS = BEHIND_MS / GAP_MS;

/** KV that takes longer counts as failed. */
const KV_TIMEOUT_MS = 2_000;

/**
 * Knows the state of every origin: one object, whose alarm is the clock. Each alarm is a round: follow the configuration,
 * probe what no region probes, hear the regions, judge, publish and tell what has changed, set the next alarm.
 */
export class Monitors extends DurableObject<Env> implements Coordinator {
  readonly #store: Store;
  readonly #config: KeptDocument<ConfigDocument>;
  readonly #succession = new Succession();
  readonly #watch: Watch;
  readonly #regions: Regions;
  readonly #notifier: Notifier;
  /** What to watch, by the document that says so. */
  #followed: { document: ConfigDocument; watched: Watched[] } | undefined;
  #judged: Judged[] = [];
  #publishing = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new Store(ctx.storage.kv);
    this.#watch = new Watch(ctx.storage.kv, env, 'default', MAX_PROBES);
    this.#regions = new Regions(this.#store.links, env, ctx.id.toString(), this.#backAt(Date.now()));
    this.#notifier = new Notifier(ctx.storage.kv, env, (request) => fetch(request));
    this.#config = new KeptDocument<ConfigDocument>({
      read: (held) => within(KV_TIMEOUT_MS, this.#readConfig(held)),
      now: Date.now,
      refresh_ms: CONFIG_REFRESH_MS,
    });
    this.#config.offer(this.#store.config ?? bundled);
  }

  /** Makes sure that the clock runs: called by the watchdog, harmless at any time. */
  async wake(): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    const now = Date.now();
    // An alarm that is a minute late was dropped. None is ever set a minute ahead, so such a one means that the clock was set
    // back.
    if (alarm === null || Math.abs(alarm - now) > 60_000) await this.ctx.storage.setAlarm(now);
  }

  /**
   * When this object came back from an absence of more than two heartbeats; 0: it was not away. Meanwhile it could hear no
   * region, and must not take that for their silence.
   */
  #backAt(now: number): number {
    return elapsed(this.#store.publication.attempted_at, now) > 2 * HEARTBEAT_MS ? now : 0;
  }

  /** Takes a region's report, which comes at once when something has changed, and as a sign of life. */
  async report(region: LocationHint, sights: Sights): Promise<void> {
    this.#follow();
    this.#regions.heard(region, sights, Date.now());
    this.#judge();
    const next = this.#nextAlarm();
    const alarm = await this.ctx.storage.getAlarm();
    // While a round is under way there is none, and its end sets the next.
    if (alarm !== null && alarm > next) await this.ctx.storage.setAlarm(next);
  }

  override async alarm(): Promise<void> {
    let next = Date.now() + TICK_MS;
    try {
      await this.#round();
      next = this.#nextAlarm();
    } catch (error) {
      console.error(`health: a round failed: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      // Whatever happened: a failed round must not stop the clock.
      await this.ctx.storage.setAlarm(next);
    }
  }

  async #round(): Promise<void> {
    await soon(this.ctx, this.#config.refresh());
    this.#follow();
    this.ctx.waitUntil(this.#regions.tell(Date.now()));
    await this.#watch.tick();
    this.#judge();
    this.ctx.waitUntil(this.#notifier.post());
    if (!this.#publishing) await soon(this.ctx, this.#publish());
  }

  #nextAlarm(): number {
    const now = Date.now();
    return Math.min(
      this.#watch.nextAt(now),
      publishAt(this.#store.publication, this.#store.statuses.entries, now),
      Math.max(Math.min(this.#regions.nextAt(now), this.#notifier.nextAt(now)), now + TICK_MS),
      now + CONFIG_REFRESH_MS,
    );
  }

  /** Hands on what the configuration says, to this object's own prober and to the regions. */
  #follow(): void {
    const document = this.#config.current ?? bundled;
    // Every reading of KV gives another object; only another configuration is news to the regions.
    const same =
      this.#followed?.document.version === document.version && this.#followed.document.hash === document.hash;
    if (this.#followed === undefined || !same)
      this.#followed = { document, watched: watched(document.config) };
    const { watched: all } = this.#followed;
    const known = ({ id }: Watched) => sightOf(this.#store.statuses.get(id));
    this.#watch.follow(
      all.filter(({ regions }) => regions.includes('default')),
      known,
    );
    this.#regions.follow(all, known, Date.now());
  }

  #judge(): void {
    const now = Date.now();
    const before = this.#store.statuses.entries;
    this.#judged = judgeAll(
      this.#followed?.watched ?? [],
      (region, key) =>
        region === 'default'
          ? this.#watch.records.get(key)?.verdict
          : this.#regions.sightOf(region, key, now),
      before,
      now,
    );
    for (const judged of this.#judged) this.#say(judged, before.get(judged.id));
    this.#store.statuses.replace(new Map(this.#judged.map(({ id, status }) => [id, status])));
    this.#notifier.observe(this.#judged, (this.#followed?.document ?? bundled).config, now);
  }

  #say(judged: Judged, before: Status | undefined): void {
    const { id, status } = judged;
    const from = before?.state ?? 'unknown';
    if (status.state === from) return;
    console.log(`health: ${id} ${from} -> ${status.state} ${status.reason ?? ''}`.trimEnd());
    const pool = this.#config.current?.config.pools[judged.pool];
    this.ctx.waitUntil(record(this.env.HEALTH, [transitionRow(judged, before, pool?.monitor ?? '')]));
  }

  /** Never rejects. Two writes must not overlap, or the older document could stay. */
  async #publish(): Promise<void> {
    this.#publishing = true;
    try {
      await this.#publishDue();
    } finally {
      this.#publishing = false;
    }
  }

  async #publishDue(): Promise<void> {
    const { statuses } = this.#store;
    const publication = await this.#lastPublication();
    const now = Date.now();
    if (now < publishAt(publication, statuses.entries, now)) return;
    const attempt = { ...publication, version: publication.version + 1, attempted_at: now };
    this.#store.publication = attempt;
    // The fingerprint of what is written. A state that changes during the write is a change for the next one.
    const written = fingerprint(statuses.entries);
    try {
      const document = documentOf(this.#judged, attempt.version, now);
      await within(KV_TIMEOUT_MS, this.env.KV.put(HEALTH_KEY, JSON.stringify(document)));
      this.#store.publication = { ...attempt, published_at: now, fingerprint: written };
    } catch (error) {
      console.error(`health: the status could not be published, will try again: ${String(error)}`);
    }
  }

  /**
   * Where this object has no memory of a publication, its storage is new or was lost. The versions then go on from the
   * document in KV, because readers take a lower one for older, and leave out those that KV may not show here yet.
   */
  async #lastPublication(): Promise<Publication> {
    const { publication } = this.#store;
    if (publication.version > 0) return publication;
    try {
      const published = await within(KV_TIMEOUT_MS, readHealth(this.env.KV));
      return published === undefined
        ? publication
        : { ...publication, version: published.version + UNSEEN_VERSIONS };
    } catch {
      // Versions begin at 1. Readers take them after a while (shared/documents/succession.ts).
      return publication;
    }
  }

  /** @throws Error if the document is not usable; the one in hand then stays */
  async #readConfig(held: () => ConfigDocument | undefined): Promise<ConfigDocument | undefined> {
    const document = await readConfig(this.env.KV);
    if (document === undefined || !this.#succession.takes(document, held(), Date.now())) return undefined;
    watched(document.config);
    if (document.hash !== this.#store.config?.hash) this.#store.config = document;
    return document;
  }
}

/** What a new prober shall take for granted of an origin. */
function sightOf(status: Status | undefined): Sight | undefined {
  if (status === undefined) return undefined;
  const { seen, since, reason } = status;
  return { state: seen, since, ...(reason === undefined ? {} : { reason }) };
}
