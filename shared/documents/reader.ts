import type { Control } from '../contracts/control.ts';
import type { HealthDocument } from '../contracts/health.ts';
import type { ConfigDocument, ConfigHead } from '../model/config.ts';
import { pending } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { checkHeads } from './check.ts';
import type { DataCentre } from './data_centre.ts';
import { InvalidDocument } from './invalid_document.ts';
import { readBody, readConfigHead, readHealth, type Store, withBody } from './published.ts';

/** How often an isolate looks. Milliseconds since the start of its last look. */
export interface Pace {
  /** After this time, it looks again in the background. */
  refresh_ms: number;
  /** After this time, a request waits for a look, because too much may have changed. */
  wait_ms: number;
}

/**
 * The pace by what answered the last look: `shared` if the data centre's cache works, else every isolate looks for itself. A change
 * that the coordinator knows is everywhere after the lifetime of an entry (4 s), `wait_ms`, and the time of two reads.
 */
export const PACES = {
  coordinator: {
    shared: { refresh_ms: 2_000, wait_ms: 5_000 },
    alone: { refresh_ms: 8_000, wait_ms: 9_500 },
  },
  kv: { shared: { refresh_ms: 5_000, wait_ms: 30_000 }, alone: { refresh_ms: 25_000, wait_ms: 30_000 } },
  /** KV served an isolate that looks for itself, because the coordinator failed: look again when its pause has ended. */
  paused: { refresh_ms: 11_000, wait_ms: 30_000 },
  nothing: { refresh_ms: 5_000, wait_ms: 30_000 },
} as const;

/** Lifetime of an entry in the data centre's cache, in seconds. KV itself may answer with something 30 s old. */
export const LIFETIME_S = { coordinator: 4, kv: 10 } as const;

/** Enough for a round trip to a coordinator on the other side of the world. */
export const COORDINATOR_TIMEOUT_MS = 500;
/** A body of a few MB takes longer. No request waits for all of it, and half of a look's time is left for KV. */
const BODY_TIMEOUT_MS = 2_500;
/** After a failure, the coordinator is not asked for this time. */
export const COORDINATOR_PAUSE_MS = 10_000;

/** The sources behind the data centre's cache. */
export interface Sources {
  /** Absent: not bound. */
  KV?: Store;
  /** The coordinator. Absent: not bound. */
  CONTROL?: Control;
}

/** Takes what a look finds, each part as soon as it comes. */
export interface Taker {
  /** @param health undefined: nothing is published. @param age_ms see `Heads.health_age_ms` */
  health(health: HealthDocument | undefined, age_ms?: number): void;
  /** @throws {Error} if the configuration cannot be completed */
  config(config: ConfigHead | ConfigDocument | undefined): Promise<void>;
}

/** Reads documents from the first source that has them: the data centre's cache, the coordinator, KV. */
export class Reader {
  readonly #sources: Sources;
  readonly #centre: DataCentre;
  readonly #now: () => number;
  #coordinator_paused_until = 0;

  /** @param now milliseconds since the epoch */
  constructor(sources: Sources, centre: DataCentre, now: () => number) {
    this.#sources = sources;
    this.#centre = centre;
    this.#now = now;
  }

  /** Whether there is no source at all. */
  get blind(): boolean {
    return this.#sources.KV === undefined && this.#sources.CONTROL === undefined;
  }

  /**
   * Looks at both heads. @returns when to look again
   * @throws {Error} if the configuration cannot be read or completed. Health has been taken even then
   */
  async look(take: Taker): Promise<Pace> {
    const entry = await this.#centre.heads();
    const heads = entry?.heads ?? (await this.#ask(async (control) => checkHeads(await control.heads())));
    // A coordinator that lost its storage answers, but knows nothing.
    if (heads === undefined || (entry === undefined && !(heads.config && heads.health)))
      return this.#lookAtKv(take);
    take.health(heads.health, heads.health_age_ms);
    const stored =
      entry === undefined ? this.#centre.keepHeads(heads, 'coordinator', LIFETIME_S.coordinator) : true;
    await take.config(heads.config);
    return PACES[entry?.from ?? 'coordinator'][(await stored) ? 'shared' : 'alone'];
  }

  /**
   * Completes a head with its body, from the data centre's cache, the coordinator or KV. If a source has a body that cannot be parsed,
   * because another version wrote it, the next source is asked.
   * @throws {Error} if none has it
   */
  async complete(head: ConfigHead, defer: (work: Promise<unknown>) => void): Promise<ConfigDocument> {
    const { hash, version } = head;
    const { KV } = this.#sources;
    const cached = await parsed(head, await this.#centre.body(hash));
    if (cached !== undefined) return cached;
    for (const read of [
      () => this.#ask((control) => control.body(hash), BODY_TIMEOUT_MS),
      async () => KV && readBody(KV, hash),
    ]) {
      const body = await read();
      const document = await parsed(head, body);
      if (body === undefined || document === undefined) continue;
      defer(this.#centre.keepBody(hash, body));
      return document;
    }
    throw new InvalidDocument(`no source has the body of version ${version}`);
  }

  /** Takes the last good copy of this data centre, if its cache has one. */
  async last(take: Taker): Promise<void> {
    const { heads } = (await this.#centre.last()) ?? {};
    if (heads === undefined) return;
    take.health(heads.health, heads.health_age_ms);
    await take.config(heads.config);
  }

  async #lookAtKv(take: Taker): Promise<Pace> {
    const { KV, CONTROL } = this.#sources;
    if (KV === undefined) return PACES.nothing;
    const alone = CONTROL === undefined ? PACES.kv.alone : PACES.paused;
    const reads = await Promise.allSettled([
      readConfigHead(KV).then(async (config) => {
        await take.config(config);
        return config;
      }),
      readHealth(KV).then((health) => {
        take.health(health);
        return health;
      }),
    ]);
    const [config, health] = reads;
    if (config.status === 'rejected') throw config.reason;
    // Heads are shared only if both reads succeeded and there is a configuration. Otherwise they would replace the last good copy.
    // A whole configuration, as older versions published it, is too large to share.
    if (health.status === 'rejected' || config.value?.format !== 2) return alone;
    const heads = { config: config.value, ...(health.value === undefined ? {} : { health: health.value }) };
    return (await this.#centre.keepHeads(heads, 'kv', LIFETIME_S.kv)) ? PACES.kv.shared : alone;
  }

  /** Asks the coordinator, which is paused after a failure. @returns undefined: it did not answer, or does not know */
  async #ask<T>(
    question: (control: Control) => Promise<T>,
    deadline_ms = COORDINATOR_TIMEOUT_MS,
  ): Promise<T | undefined> {
    const { CONTROL } = this.#sources;
    const now = this.#now();
    if (CONTROL === undefined || pending(this.#coordinator_paused_until, now, COORDINATOR_PAUSE_MS))
      return undefined;
    try {
      return await within(deadline_ms, question(CONTROL));
    } catch {
      this.#coordinator_paused_until = now + COORDINATOR_PAUSE_MS;
      return undefined;
    }
  }
}

/** @returns undefined if the body is missing or unusable */
async function parsed(head: ConfigHead, body: string | undefined): Promise<ConfigDocument | undefined> {
  return body === undefined ? undefined : withBody(head, body).catch(() => undefined);
}
