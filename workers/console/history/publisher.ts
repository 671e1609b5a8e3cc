import { toDocument } from '../../../shared/authoring/document.ts';
import type { Profile } from '../../../shared/authoring/normalise.ts';
import { stampDrains } from '../../../shared/authoring/operator_state.ts';
import type { Source } from '../../../shared/authoring/source/source.ts';
import type { Operator } from '../../../shared/contracts/control.ts';
import type { PublicationInfo, VersionInfo } from '../../../shared/contracts/history.ts';
import { bodySteps } from '../../../shared/documents/body.ts';
import { headOf, readConfig } from '../../../shared/documents/published.ts';
import { bodyKey, CONFIG_KEY, type ConfigDocument } from '../../../shared/model/config.ts';
import { runInSlices } from '../../../shared/time/steps.ts';
import { within } from '../../../shared/time/within.ts';
import { isUnreadable, type KvHead, readKvHead } from './kv_head.ts';
import { normalised, PAUSE_MS, UnpublishableError } from './normalised.ts';
import { Publications } from './publications.ts';
import { nextWriteAt } from './write_pace.ts';

/** A slower write of KV counts as failed. */
const KV_MS = 10_000;
/** A slower look counts as failed. Somebody waits for its result. */
const LOOK_MS = 2_000;
/** How long KV may show an older head (`KV_CACHE_S` of published.ts, twice). */
const KV_STALE_MS = 60_000;
/** The coordinator answers at once, or something is wrong. Gateways then follow through KV. */
const OPERATOR_MS = 5_000;

/** What the publisher works with. */
export interface PublisherIo {
  kv: KVNamespace | undefined;
  operator: Operator | undefined;
  sql: SqlStorage;
  store: SyncKvStorage;
  profile: Profile;
  /** Milliseconds since the epoch. */
  now(): number;
}

/**
 * Brings versions to KV, and tells the coordinator of them. Others write to KV as well, such as `lb publish --direct`. So the head is
 * read before each write, and what this object did not write is overwritten only when an operator says so.
 */
export class Publisher {
  readonly #io: PublisherIo;
  readonly #known: Publications;
  /** The document in KV, which has the times at which drains began. Undefined after a start: it is read from KV. */
  #last: ConfigDocument | undefined;
  /** Reads of KV cost money, so they are bounded. */
  #looked_at = Number.NEGATIVE_INFINITY;
  #look: Promise<void> = Promise.resolve();
  /** When KV last showed what somebody else wrote. */
  #outside_at = Number.NEGATIVE_INFINITY;

  constructor(io: PublisherIo) {
    this.#io = io;
    this.#known = new Publications(io.sql);
  }

  /** @param newest the newest version; undefined: there is none */
  info(newest: VersionInfo | undefined): PublicationInfo {
    const stored = this.#io.store.get<KvHead>('stored');
    return {
      published: (newest?.version ?? 0) === (stored?.version ?? 0) && this.outside === undefined,
      version: stored?.version ?? null,
      hash: stored?.hash ?? null,
      published_at: stored?.published_at ?? null,
      error: this.#io.store.get<string>('publication_error') ?? null,
      outside: this.outside ?? null,
    };
  }

  /** What somebody else wrote to KV. Undefined: nobody did. Version 0: it is no configuration. */
  get outside(): KvHead | undefined {
    return this.#io.store.get<KvHead>('outside');
  }

  /** The highest version that anybody wrote to KV. New versions are above it. */
  get floor(): number {
    return this.#io.store.get<number>('floor') ?? 0;
  }

  /**
   * Looks at KV. A look that began within `fresh_ms` counts, with its failure, so that callers do not wait one after another while KV
   * hangs.
   * @throws {Error} if KV fails, or does not answer in two seconds
   */
  async look(fresh_ms = 0): Promise<void> {
    const { kv, now } = this.#io;
    if (kv === undefined)
      throw new Error('KV is not bound: add it under [[kv_namespaces]] in wrangler.console.toml');
    // A clock that was set back would look fresh for hours.
    if (Math.abs(now() - this.#looked_at) >= fresh_ms) {
      this.#looked_at = now();
      this.#look = this.#lookAt(kv);
    }
    return this.#look;
  }

  async #lookAt(kv: KVNamespace): Promise<void> {
    const { store, now } = this.#io;
    const head = await within(LOOK_MS, readKvHead(kv));
    if (head === undefined || this.#known.has(head)) {
      // KV may show an older head for a while, and that does not undo what it has shown.
      if (Math.abs(now() - this.#outside_at) >= KV_STALE_MS) store.delete('outside');
      if (head !== undefined) this.#noteLost(head);
      return;
    }
    this.#outside_at = now();
    store.put('outside', head);
    if (head.version > this.floor) store.put('floor', head.version);
  }

  /**
   * KV can carry out a write that we gave up long before, over a newer head. It then shows the older one for longer than its copies
   * live, so the newest version counts as unpublished.
   */
  #noteLost(head: KvHead): void {
    const { store, now } = this.#io;
    const { version, hash } = store.get<KvHead>('stored') ?? head;
    const age_ms = Math.abs(now() - (store.get<number>('put_at') ?? 0));
    if ((version !== head.version || hash !== head.hash) && age_ms >= KV_STALE_MS) store.put('stored', head);
  }

  /** From now on, what somebody else wrote counts as known and may be overwritten. */
  acknowledge(): void {
    const { outside } = this;
    if (outside === undefined) return;
    this.#known.add(outside);
    this.#last = undefined;
    this.#outside_at = Number.NEGATIVE_INFINITY;
    this.#io.store.delete('outside');
  }

  /** When the next write is allowed, in milliseconds since the epoch. @param size_bytes of the source */
  allowedAt(size_bytes: number): number {
    const { store, now } = this.#io;
    return nextWriteAt(store.get<number>('put_at') ?? 0, size_bytes, now());
  }

  /**
   * Writes a version to KV and tells the coordinator.
   * @returns false: KV was changed from outside, so nothing was written
   * @throws {UnpublishableError} if this release cannot read the version
   * @throws {Error} if KV fails
   */
  async publish(source: Source, { version }: VersionInfo): Promise<boolean> {
    const { kv, store, now, profile } = this.#io;
    await this.look();
    if (kv === undefined || this.outside !== undefined) {
      store.delete('publication_error');
      return false;
    }
    const config = await normalised(source, profile);
    const previous = this.#last ?? (await this.#published(kv));
    const stamped = stampDrains(config, previous?.config, now());
    const document = await toDocument(stamped, version, new Date(now()).toISOString(), PAUSE_MS);
    const body = await runInSlices(bodySteps(document.config), PAUSE_MS);
    const { hash, published_at } = document;
    // Noted before the write: a restart between both must not take our own version for somebody else's.
    this.#known.add({ version, hash });
    await within(KV_MS, kv.put(bodyKey(hash), body));
    store.put('put_at', now());
    await within(KV_MS, kv.put(CONFIG_KEY, JSON.stringify(headOf(document, body))));
    store.put('stored', { version, hash, published_at } satisfies KvHead);
    store.delete('publication_error');
    this.#last = document;
    await this.#announce(document);
    return true;
  }

  /** Notes why nothing could be published. */
  failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const words =
      error instanceof UnpublishableError ? reason : `KV does not take the configuration: ${reason}`;
    this.#io.store.put('publication_error', words);
  }

  /** Undefined: KV holds no configuration that can be read, so there are no drains to continue. @throws {Error} if KV fails */
  async #published(kv: KVNamespace): Promise<ConfigDocument | undefined> {
    try {
      return await within(KV_MS, readConfig(kv));
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }

  async #announce(document: ConfigDocument): Promise<void> {
    const { operator } = this.#io;
    if (operator === undefined) return;
    try {
      await within(OPERATOR_MS, operator.announce(document));
    } catch (error) {
      console.error(`console: the coordinator was not told of version ${document.version}: ${String(error)}`);
    }
  }
}
