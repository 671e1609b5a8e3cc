import { DurableObject } from 'cloudflare:workers';
import bundled from 'bundled-config';
import { CONFIG_KEY, type ConfigDocument } from '../../shared/config/config.ts';
import { HEALTH_KEY } from '../../shared/contracts/health.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import { KeptDocument } from '../../shared/documents.ts';
import { within } from '../../shared/within.ts';
import { check } from './check.ts';
import type { HealthEnv } from './env.ts';
import { judge } from './judge.ts';
import { type Watched, watched } from './order.ts';
import { documentOf, fingerprint, publishAt } from './publish.ts';
import { record, rowsOf } from './record.ts';
import { due, firstDue, follow, nextCheck } from './schedule.ts';
import { Slots } from './slots.ts';
import { Store } from './store.ts';

/** A Worker may wait for the response headers of six connections at a time; a seventh queues without telling. */
const MAX_PROBES = 6;

/**
 * Checks that one alarm starts. With the usual two retries they stay below the 32 Worker invocations and the
 * 50 subrequests (free plan) of one event; more are left for the next alarm, which then comes at once.
 */
const MAX_STARTS = 10;

/** A round waits this long for its checks; slower ones go on beside the next rounds and hold up no other origin. */
const TICK_MS = 1_000;

/** How often the configuration is looked at. KV's own cache adds up to half a minute to this in production. */
const CONFIG_REFRESH_MS = 10_000;

/** KV that takes longer counts as failed. */
const KV_TIMEOUT_MS = 2_000;

/**
 * Watches every origin: one object, whose alarm is the clock. Each alarm is a round: follow the configuration,
 * start the checks that are due, publish what has changed, set the next alarm.
 */
export class Monitors extends DurableObject<HealthEnv> {
  readonly #store: Store;
  readonly #config: KeptDocument<ConfigDocument>;
  readonly #slots = new Slots(MAX_PROBES);
  readonly #running = new Map<OriginId, Promise<void>>();

  constructor(ctx: DurableObjectState, env: HealthEnv) {
    super(ctx, env);
    this.#store = new Store(ctx.storage.kv);
    this.#config = new KeptDocument<ConfigDocument>({
      read: () => within(KV_TIMEOUT_MS, this.#readConfig()),
      now: Date.now,
      refresh_ms: CONFIG_REFRESH_MS,
    });
    this.#config.offer(this.#store.config ?? bundled);
  }

  /** Makes sure that the clock runs: called by the watchdog, harmless at any time. */
  async wake(): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    // A minute late is no delay any more: the alarm was dropped.
    if (alarm === null || alarm < Date.now() - 60_000) await this.ctx.storage.setAlarm(Date.now());
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
    await this.#config.refresh();
    const now = Date.now();
    const origins = watched((this.#config.current ?? bundled).config);
    this.#store.replace(follow(this.#store.records, origins, now, Math.random));

    const starts = due(origins, this.#store.records, this.#running, now).slice(0, MAX_STARTS);
    for (const origin of starts) this.#start(origin);
    await within(TICK_MS, Promise.all(this.#running.values())).catch(() => undefined);
    await this.#publish();
  }

  #nextAlarm(): number {
    const now = Date.now();
    return Math.min(
      firstDue(this.#store.records, this.#running),
      publishAt(this.#store.publication, this.#store.records),
      now + (this.#running.size > 0 ? TICK_MS : CONFIG_REFRESH_MS),
    );
  }

  #start(origin: Watched): void {
    const running = this.#check(origin)
      .catch((error) => console.error(`health: the check of ${origin.id} failed: ${String(error)}`))
      .finally(() => this.#running.delete(origin.id));
    this.#running.set(origin.id, running);
  }

  async #check(origin: Watched): Promise<void> {
    const { id, monitor, order } = origin;
    const checked = await this.#slots.run(() => check(this.#prober(origin.proxy), order, monitor.retries));
    const now = Date.now();
    const known = this.#store.records.get(id);
    // Forgotten or redefined while it was under way: the answer is to a question that nobody asks any more.
    if (known?.definition !== origin.definition) return;

    const verdict = judge(known.verdict, checked, monitor, now);
    this.#store.put(id, { ...known, verdict, next_at: nextCheck(known.next_at, monitor.interval_ms, now) });
    if (checked.ended === 'lost') console.error(`health: no result for ${id}: ${checked.detail}`);
    if (verdict.state !== known.verdict.state) {
      console.log(
        `health: ${id} ${known.verdict.state} -> ${verdict.state} ${verdict.reason ?? ''}`.trimEnd(),
      );
    }
    await record(this.env.HEALTH, rowsOf(origin, checked, known.verdict, verdict));
  }

  #prober(binding: string) {
    return binding.startsWith('PROXY_') ? this.env[binding as `PROXY_${string}`] : this.env.PROXY;
  }

  async #publish(): Promise<void> {
    const { records, publication } = this.#store;
    const now = Date.now();
    if (now < publishAt(publication, records)) return;
    const attempt = { ...publication, version: publication.version + 1, attempted_at: now };
    this.#store.publication = attempt;
    try {
      const document = documentOf(records, attempt.version, now);
      await within(KV_TIMEOUT_MS, this.env.KV.put(HEALTH_KEY, JSON.stringify(document)));
      // The fingerprint of what was written: a check that ended meanwhile is a change for the next write.
      this.#store.publication = { ...attempt, published_at: now, fingerprint: fingerprint(records) };
    } catch (error) {
      console.error(`health: the status could not be published, will try again: ${String(error)}`);
    }
  }

  /** @throws Error if the document is not usable; the one in hand then stays */
  async #readConfig(): Promise<ConfigDocument | undefined> {
    const document = await this.env.KV.get<ConfigDocument>(CONFIG_KEY, { type: 'json', cacheTtl: 30 });
    if (document === null) return undefined;
    if (document.format !== 1) throw new Error(`configuration format ${document.format} is not known here`);
    watched(document.config);
    if (document.hash !== this.#store.config?.hash) this.#store.config = document;
    return document;
  }
}
