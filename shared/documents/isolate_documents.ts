import type { ConfigDocument } from '../model/config.ts';
import { elapsed } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { KeptDocument } from './kept_document.ts';
import { KeptHealth } from './kept_health.ts';
import { KV_CACHE_S, readConfig, readHealth, type Store } from './published.ts';
import { Succession } from './succession.ts';

/** A read from KV's cache costs little, and more frequent reads would find nothing new. */
const REFRESH_MS = 5_000;

/** A copy read less than this ago is as good as a new read, because KV may answer from a cache of that age. */
export const RECENT_MS = KV_CACHE_S * 1_000;

/** The longest that a request waits for KV, if the isolate is cold or was idle. */
export const WAIT_MS = 1_000;

/** The form in which a Worker keeps the configuration: as published, or prepared for requests. */
export interface ConfigForm<C> {
  prepare(document: ConfigDocument): C;
  documentOf(prepared: C): ConfigDocument;
}

/**
 * The configuration and the health document in an isolate's memory, read from KV. If KV is missing, fails or hangs, the copies
 * in memory stay in use.
 *
 * Both are read again every 5 s, after responses. The first requests of a cold isolate, or of one that has not read for
 * {@link RECENT_MS}, wait for both reads, {@link WAIT_MS} at most. A read that takes longer serves later requests.
 */
export class IsolateDocuments<C> {
  readonly config: KeptDocument<C>;
  readonly health: KeptHealth;
  readonly #env: { KV?: Store };
  readonly #now: () => number;
  readonly #wait_ms: number;
  /** Start of the reads that requests wait for. Undefined: none is in progress. */
  #looking_since: number | undefined;

  /**
   * @param env without `KV` if that is not bound
   * @param now milliseconds since the epoch
   */
  constructor(env: { KV?: Store }, now: () => number, form: ConfigForm<C>, wait_ms = WAIT_MS) {
    this.#env = env;
    this.#now = now;
    this.#wait_ms = wait_ms;
    const succession = new Succession();
    this.config = new KeptDocument<C>({
      now,
      refresh_ms: REFRESH_MS,
      async read(held) {
        const document = await readConfig(env.KV);
        if (document === undefined) return undefined;
        const prepared = held();
        const before = prepared && form.documentOf(prepared);
        if (!succession.takes(document, before, now())) return prepared;
        // An unchanged document stays the same object, so everything made from it stays too.
        return before !== undefined && isSame(document, before) ? prepared : form.prepare(document);
      },
    });
    this.health = new KeptHealth(() => readHealth(env.KV), now, REFRESH_MS);
  }

  /**
   * Brings both documents up to date for a request.
   * @param defer `ctx.waitUntil`, for reads that take longer than this request waits
   * @returns undefined: the copies are recent. Otherwise a promise that resolves in bounded time and never rejects
   */
  look(defer: (work: Promise<unknown>) => void): Promise<void> | undefined {
    if (this.config.current === undefined) return this.#look(defer);
    if (this.#env.KV === undefined) return undefined;
    const now = this.#now();
    if (this.config.isDue(RECENT_MS)) this.#looking_since = now;
    else if (this.#looking_since === undefined || elapsed(this.#looking_since, now) >= this.#wait_ms)
      return undefined;
    return this.#look(defer);
  }

  /**
   * Starts the reads that are due, in the background.
   * @param config_ms age at which the configuration is read again, for callers with a reason to read sooner
   * @param health_ms the same for health
   */
  refresh(defer: (work: Promise<unknown>) => void, config_ms = REFRESH_MS, health_ms = REFRESH_MS): void {
    const config = this.config.refresh(config_ms);
    if (config !== undefined) defer(config);
    const health = this.health.refresh(health_ms);
    if (health !== undefined) defer(health);
  }

  /** Each waiting request reads for itself: another request's read would leave it hanging if that one is cancelled. */
  async #look(defer: (work: Promise<unknown>) => void): Promise<void> {
    this.#looking_since ??= this.#now();
    const reads = Promise.all([this.config.load(), this.health.load()]).then(() => {
      this.#looking_since = undefined;
    });
    defer(reads);
    await within(this.#wait_ms, reads).catch(() => undefined);
  }
}

function isSame(one: ConfigDocument, other: ConfigDocument): boolean {
  return one.version === other.version && one.hash === other.hash;
}
