import { toDocument } from '../../../shared/authoring/document.ts';
import { normaliseSteps, type Profile } from '../../../shared/authoring/normalise.ts';
import { stampDrains } from '../../../shared/authoring/operator_state.ts';
import { filledSteps } from '../../../shared/authoring/parse.ts';
import { dataOf, type Source } from '../../../shared/authoring/source/source.ts';
import type { Operator } from '../../../shared/contracts/control.ts';
import type { PublicationInfo, VersionInfo } from '../../../shared/contracts/history.ts';
import { bodySteps } from '../../../shared/documents/body.ts';
import { headOf, readConfig, readConfigHead } from '../../../shared/documents/published.ts';
import { bodyKey, CONFIG_KEY, type ConfigDocument, type ConfigHead } from '../../../shared/model/config.ts';
import { runInSlices } from '../../../shared/time/steps.ts';
import { within } from '../../../shared/time/within.ts';

/** KV takes one write a second to a key (https://developers.cloudflare.com/kv/platform/limits/). */
const MIN_PAUSE_MS = 1_000;
/** Normalising a source of this length takes about 100 ms, in which nothing else is answered. */
const CHARS_PER_SECOND = 500_000;
/** A slower write of KV counts as failed. */
const KV_MS = 10_000;
/** The coordinator answers at once, or something is wrong. Gateways then follow through KV. */
const OPERATOR_MS = 5_000;

/** Far more than can be published while KV still shows an older one. */
const KEPT_PUBLICATIONS = 10_000;

/** What is in KV, as this object last knew it. */
interface Stored {
  version: number;
  hash: string;
  published_at: string;
}

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
 * Brings versions to KV, and tells the coordinator of them. KV is another's truth as well: `lb publish --direct` writes it. So the
 * head is read before each write, and what this object did not write is never overwritten without being asked.
 */
export class Publisher {
  readonly #io: PublisherIo;
  /** The document that KV has, to keep the times at which drains began. Absent after a start: it is read from KV. */
  #last: ConfigDocument | undefined;
  /** Reads of KV cost money, so they are bounded. */
  #looked_at = Number.NEGATIVE_INFINITY;

  constructor(io: PublisherIo) {
    this.#io = io;
    io.sql.exec(
      'CREATE TABLE IF NOT EXISTS publications (version INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (version, hash))',
    );
  }

  /** @param newest the newest version; undefined: there is none */
  info(newest: VersionInfo | undefined): PublicationInfo {
    const stored = this.#stored;
    return {
      published: (newest?.version ?? 0) === (stored?.version ?? 0) && this.outside === undefined,
      version: stored?.version ?? null,
      hash: stored?.hash ?? null,
      published_at: stored?.published_at ?? null,
      error: this.#io.store.get<string>('publication_error') ?? null,
      outside: this.outside ?? null,
    };
  }

  /** What somebody else wrote to KV. Undefined: nobody did. */
  get outside(): Stored | undefined {
    return this.#io.store.get<Stored>('outside');
  }

  /** The highest version that anybody wrote to KV. New versions are above it. */
  get floor(): number {
    return this.#io.store.get<number>('floor') ?? 0;
  }

  /**
   * Looks at KV, unless that was done within `fresh_ms`.
   * @throws {Error} if KV fails
   */
  async look(fresh_ms = 0): Promise<void> {
    const { kv, store, now } = this.#io;
    if (kv === undefined)
      throw new Error('KV is not bound: add it under [[kv_namespaces]] in wrangler.console.toml');
    if (now() - this.#looked_at < fresh_ms) return;
    const head = await within(KV_MS, readConfigHead(kv));
    this.#looked_at = now();
    if (head === undefined || this.#isOurs(head)) store.delete('outside');
    else {
      const { version, hash, published_at } = head;
      store.put('outside', { version, hash, published_at } satisfies Stored);
      if (version > this.floor) store.put('floor', version);
    }
  }

  /** The document that somebody else wrote. @throws {Error} if KV fails or does not have it whole */
  async outsideDocument(): Promise<ConfigDocument | undefined> {
    return within(KV_MS, readConfig(this.#io.kv));
  }

  /** From now on, what somebody else wrote counts as known and may be overwritten. */
  acknowledge(): void {
    const { outside } = this;
    if (outside === undefined) return;
    this.#remember(outside);
    this.#last = undefined;
    this.#io.store.delete('outside');
  }

  /** When the next write is allowed, in milliseconds since the epoch. @param chars length of the source */
  allowedAt(chars: number): number {
    const put_at = this.#io.store.get<number>('put_at') ?? 0;
    return put_at + MIN_PAUSE_MS * (1 + chars / CHARS_PER_SECOND);
  }

  /**
   * Writes a version to KV and tells the coordinator.
   * @returns false: KV was changed from outside, so nothing was written
   * @throws {Error} if KV fails
   */
  async publish(source: Source, { version }: VersionInfo): Promise<boolean> {
    const { kv, store, now, profile } = this.#io;
    await this.look();
    if (kv === undefined || this.outside !== undefined) return false;
    const config = await runInSlices(
      normaliseSteps(await runInSlices(filledSteps(dataOf(source))), { profile }),
    );
    const previous = this.#last ?? (await within(KV_MS, readConfig(kv)));
    const stamped = stampDrains(config, previous?.config, now());
    const document = await toDocument(stamped, version, new Date(now()).toISOString());
    const body = await runInSlices(bodySteps(document.config));
    const { hash, published_at } = document;
    // Noted before the write: a restart between both must not take our own version for somebody else's.
    this.#remember({ version, hash });
    await within(KV_MS, kv.put(bodyKey(hash), body));
    store.put('put_at', now());
    await within(KV_MS, kv.put(CONFIG_KEY, JSON.stringify(headOf(document, body))));
    store.put('stored', { version, hash, published_at } satisfies Stored);
    store.delete('publication_error');
    this.#last = document;
    await this.#announce(document);
    return true;
  }

  /** Notes why nothing could be published. */
  failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#io.store.put('publication_error', `KV does not take the configuration: ${reason}`);
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

  get #stored(): Stored | undefined {
    return this.#io.store.get<Stored>('stored');
  }

  #isOurs({ version, hash }: Pick<ConfigHead, 'version' | 'hash'>): boolean {
    const { sql } = this.#io;
    return (
      sql.exec('SELECT 1 FROM publications WHERE version = ? AND hash = ?', version, hash).toArray().length >
      0
    );
  }

  #remember({ version, hash }: Pick<ConfigHead, 'version' | 'hash'>): void {
    const { sql } = this.#io;
    sql.exec('INSERT OR IGNORE INTO publications (version, hash) VALUES (?, ?)', version, hash);
    // KV shows an old head for a minute at most.
    sql.exec('DELETE FROM publications WHERE version < ?', version - KEPT_PUBLICATIONS);
  }
}
