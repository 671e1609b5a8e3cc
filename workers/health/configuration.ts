import bundled from 'bundled-config';
import { bodyOf } from '../../shared/documents/body.ts';
import { headOf, readBody, readConfigHead, withBody } from '../../shared/documents/published.ts';
import { isOlder, Succession } from '../../shared/documents/succession.ts';
import type { ConfigDocument, ConfigHead } from '../../shared/model/config.ts';
import { elapsed } from '../../shared/time/clock.ts';
import { within } from '../../shared/time/within.ts';
import { CONFIG_REFRESH_MS } from './paces.ts';
import { watched } from './probe/order.ts';
import { pack, type StoredConfig, unpack } from './stored_config.ts';

/** If KV takes longer, the read or write counts as failed. */
export const KV_TIMEOUT_MS = 2_000;

/** Where the last good configuration is stored, for a start at which KV does not answer. */
interface ConfigStore {
  config: StoredConfig | undefined;
  /** As versions without heads stored it. */
  readonly old_config: ConfigDocument | undefined;
}

/** The newest configuration that the coordinator knows: announced, read from KV, stored, or else bundled at deploy. */
export class Configuration {
  readonly #kv: KVNamespace;
  readonly #store: ConfigStore;
  readonly #now: () => number;
  #succession = new Succession();
  #published: ConfigDocument | undefined;
  /** Head and body of the published one, made once for each. */
  #parts: { of: ConfigDocument; head: ConfigHead; body: string } | undefined;
  #tried_at = Number.NEGATIVE_INFINITY;
  #complaint = '';

  /** @param now milliseconds since the epoch */
  constructor(kv: KVNamespace, store: ConfigStore, now: () => number) {
    this.#kv = kv;
    this.#store = store;
    this.#now = now;
  }

  /** The configuration in use: the published one, or else the one bundled at deploy. */
  get current(): ConfigDocument {
    return this.#published ?? bundled;
  }

  /** The head and the body of the published configuration. Undefined: none is published. */
  get parts(): { head: ConfigHead; body: string } | undefined {
    const of = this.#published;
    if (of === undefined || this.#parts?.of === of) return this.#parts;
    const body = bodyOf(of.config);
    this.#parts = { of, head: headOf(of, body), body };
    return this.#parts;
  }

  /** Takes the stored configuration, at a start. Never rejects. */
  async restore(): Promise<void> {
    const { config: stored, old_config } = this.#store;
    try {
      this.#published ??= stored === undefined ? old_config : await unpack(stored);
    } catch (error) {
      console.error(`health: the stored configuration cannot be read: ${String(error)}`);
    }
  }

  /** Reads KV if that is due. @returns undefined: it is not. Otherwise a promise that never rejects */
  refresh(): Promise<void> | undefined {
    const now = this.#now();
    if (elapsed(this.#tried_at, now) < CONFIG_REFRESH_MS) return undefined;
    this.#tried_at = now;
    return within(KV_TIMEOUT_MS, this.#read()).then(
      () => {
        this.#complaint = '';
      },
      (error) => {
        const complaint = `health: no new configuration: ${String(error)}`;
        if (complaint !== this.#complaint) console.error(complaint);
        this.#complaint = complaint;
      },
    );
  }

  /** Takes a configuration that was just published. @returns false: a newer one is known. @throws {Error} if it is unusable */
  announce(document: ConfigDocument): boolean {
    if (this.#published !== undefined && isOlder(document, this.#published)) return false;
    this.#take(document);
    return true;
  }

  async #read(): Promise<void> {
    const found = await readConfigHead(this.#kv);
    const held = this.#published;
    if (found === undefined) return;
    // Asked even if KV shows the current version, which ends a time in which KV was behind.
    const follows = this.#succession.takes(found, held, this.#now());
    if (held?.version === found.version && held.hash === found.hash) return;
    // Two publishers raced, and the loser announced its version. KV has what stays.
    const won_race = held?.version === found.version;
    if (!won_race && !follows) return;
    const document = await this.#completed(found, held);
    // If another one was announced meanwhile, the next read decides.
    if (this.#published === held) this.#take(document);
  }

  async #completed(
    found: ConfigHead | ConfigDocument,
    held: ConfigDocument | undefined,
  ): Promise<ConfigDocument> {
    if (found.format === 1) return found;
    const { hash, version, published_at } = found;
    if (held?.hash === hash) return { ...held, version, published_at };
    const body = await readBody(this.#kv, hash);
    if (body === undefined) throw new Error(`KV does not show the body of version ${version} yet`);
    return withBody(found, body);
  }

  #take(document: ConfigDocument): void {
    // Throws if this Worker cannot use the document. The current document then stays in use.
    watched(document.config);
    this.#published = document;
    // KV may be behind again, for as long as a new document takes.
    this.#succession = new Succession();
    void this.#keep();
  }

  /** Stores the published configuration. */
  async #keep(): Promise<void> {
    const { parts } = this;
    if (parts === undefined) return;
    try {
      const packed = await pack(parts.head, parts.body);
      if (this.#parts?.head === parts.head) this.#store.config = packed;
    } catch (error) {
      console.error(`health: the configuration was not stored: ${String(error)}`);
    }
  }
}
