import type { ConfigDocument, ConfigHead } from '../model/config.ts';
import { elapsed, pending } from '../time/clock.ts';
import { runInSlices, runNow, type Steps } from '../time/steps.ts';
import { within } from '../time/within.ts';
import { KeptHealth } from './kept_health.ts';
import { PACES, type Pace, type Reader, type Taker } from './reader.ts';
import { isOlder, Succession } from './succession.ts';

/** The longest that a request waits for a look, if the isolate is cold or was idle. */
export const WAIT_MS = 1_000;
/** The longest that a cold isolate waits for the last good copy in the cache, after it has waited for a look. */
const LAST_MS = 250;
/**
 * How long a look counts as under way. The promise of another request may never settle, because the runtime drops the work of a
 * cancelled request.
 */
const LOST_MS = 5_000;

/** The form in which a Worker keeps the configuration: as published, or prepared for requests. */
export interface ConfigForm<C> {
  prepare(document: ConfigDocument): Steps<C>;
  documentOf(prepared: C): ConfigDocument;
  /** The same configuration under another version. @param document has the same `config` as the prepared one */
  renumber(prepared: C, document: ConfigDocument): C;
}

/** The form of a Worker that keeps the configuration as published. */
export const AS_PUBLISHED: ConfigForm<ConfigDocument> = {
  // biome-ignore lint/correctness/useYield: there is nothing to prepare.
  *prepare(document) {
    return document;
  },
  documentOf: (document) => document,
  renumber: (_, document) => document,
};

/** `ctx.waitUntil` */
export type Defer = (work: Promise<unknown>) => void;

/**
 * The configuration and the health document in an isolate's memory, and when to look at their sources again. If no source answers,
 * the copies in memory stay in use. docs/architecture.md has the table of sources and times.
 */
export class IsolateDocuments<C> {
  readonly health: KeptHealth;
  readonly #reader: Reader;
  readonly #now: () => number;
  readonly #form: ConfigForm<C>;
  readonly #succession = new Succession();
  #config: C | undefined;
  #pace: Pace = PACES.nothing;
  /** Start of the last look. */
  #looked_at = Number.NEGATIVE_INFINITY;
  /** The look under way. */
  #look: { since: number; done: Promise<void> } | undefined;
  /** The read of the last good copy, which simultaneous first requests share. */
  #last: Promise<void> | undefined;
  /** Since when requests wait for a look. Undefined: none waits. */
  #waiting_since: number | undefined;
  #complaint = '';

  /** @param now milliseconds since the epoch */
  constructor(reader: Reader, now: () => number, form: ConfigForm<C>) {
    this.#reader = reader;
    this.#now = now;
    this.#form = form;
    this.health = new KeptHealth(now);
  }

  /** The configuration. Undefined: this isolate is cold. Never waits. */
  get config(): C | undefined {
    return this.#config;
  }

  /** Sets a configuration if there is none yet. */
  offer(config: C): void {
    this.#config ??= config;
  }

  /**
   * Brings both documents up to date for a request.
   * @param wait_ms the longest that a request waits
   * @param after_ms time since the last look after which a request waits; default: by the source that answered it
   * @returns undefined: the copies are recent. Otherwise a promise that resolves in bounded time and never rejects
   */
  look(defer: Defer, wait_ms = WAIT_MS, after_ms = this.#pace.wait_ms): Promise<void> | undefined {
    const now = this.#now();
    // If the look that requests waited for never ended, that says nothing about the next one.
    if (this.#waiting_since !== undefined && elapsed(this.#waiting_since, now) >= PACES.nothing.wait_ms)
      this.#waiting_since = undefined;
    if (this.#config === undefined || elapsed(this.#looked_at, now) >= after_ms) this.#waiting_since ??= now;
    if (this.#waiting_since === undefined || this.#reader.blind) return undefined;
    const left_ms = wait_ms - elapsed(this.#waiting_since, now);
    return left_ms > 0 ? within(left_ms, this.#begin(defer)).catch(() => undefined) : undefined;
  }

  /**
   * Starts a look in the background if one is due.
   * @param refresh_ms time since the last look after which it is due; default: by the source that answered it
   */
  refresh(defer: Defer, refresh_ms = this.#pace.refresh_ms): void {
    if (elapsed(this.#looked_at, this.#now()) >= refresh_ms && !this.#reader.blind) this.#begin(defer);
  }

  /**
   * The first configuration of a cold isolate that found none in time: the last good copy in the data centre's cache, together with
   * its health, or else the copy bundled at deploy.
   */
  async cold(bundled: ConfigDocument, defer: Defer): Promise<C> {
    if (this.#last === undefined) {
      this.#last = this.#reader.last(this.#taker(defer)).catch(() => undefined);
      defer(this.#last);
    }
    await within(LAST_MS, this.#last).catch(() => undefined);
    // At once, because all requests of this isolate wait for it.
    this.#config ??= runNow(this.#form.prepare(bundled));
    return this.#config;
  }

  /** Starts a look, or joins the one that is under way. The promise never rejects. */
  #begin(defer: Defer): Promise<void> {
    const now = this.#now();
    if (this.#look !== undefined && pending(this.#look.since + LOST_MS, now, LOST_MS)) return this.#look.done;
    this.#looked_at = now;
    const done = this.#lookNow(defer).finally(() => {
      if (this.#look !== look) return;
      this.#look = undefined;
      this.#waiting_since = undefined;
    });
    const look = { since: now, done };
    this.#look = look;
    defer(done);
    return done;
  }

  async #lookNow(defer: Defer): Promise<void> {
    try {
      this.#pace = await this.#reader.look(this.#taker(defer));
      this.#complaint = '';
    } catch (error) {
      this.#pace = PACES.nothing;
      const complaint = `no new configuration: ${String(error)}`;
      if (complaint !== this.#complaint) console.error(complaint);
      this.#complaint = complaint;
    }
  }

  #taker(defer: Defer): Taker {
    const began_at = this.health.begin();
    return {
      health: (found, age_ms) => this.health.take(found, began_at, age_ms),
      config: (found) => this.#takeConfig(found, defer),
    };
  }

  /** Reads and prepares a configuration if it is another one. @throws {Error} if it cannot be completed */
  async #takeConfig(found: ConfigHead | ConfigDocument | undefined, defer: Defer): Promise<void> {
    const held = this.#config;
    const before = held && this.#form.documentOf(held);
    if (found === undefined || !this.#succession.takes(found, before, this.#now())) return;
    const { version, hash, published_at } = found;
    // An unchanged document stays the same object, so everything made from it stays too.
    if (before?.version === version && before.hash === hash) return;
    if (held !== undefined && before?.hash === hash) {
      this.#config = this.#form.renumber(held, { ...before, version, published_at });
      return;
    }
    const document = found.format === 1 ? found : await this.#reader.complete(found, defer);
    const prepared = await runInSlices(this.#form.prepare(document));
    // If another look was quicker, the newer configuration stays.
    const now_held = this.#config;
    if (now_held === held || (now_held && isOlder(this.#form.documentOf(now_held), document)))
      this.#config = prepared;
  }
}
