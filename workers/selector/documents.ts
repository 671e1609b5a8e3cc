import { CONFIG_KEY, type ConfigDocument } from '../../shared/config/config.ts';
import { HEALTH_KEY, type HealthDocument } from '../../shared/contracts/health.ts';
import type { Question } from '../../shared/contracts/selection.ts';
import { KeptDocument } from '../../shared/documents.ts';
import { configDocument, healthDocument, isOlder } from '../../shared/published.ts';
import type { Env } from './env.ts';

/** Seconds: KV's shortest. A change is seen elsewhere after 30 to 60 s. */
const KV_CACHE_S = 30;
/** A read of what KV has cached costs little; more often would find nothing new. */
const REFRESH_MS = 5_000;
/** At most this often when a gateway holds a newer document than we do. */
const OVERTAKEN_MS = 1_000;
/** What a cold isolate waits for KV before it takes the configuration bundled at deploy. */
const COLD_MS = 1_000;

/** What a question says of the documents its gateway holds. */
type Newest = Pick<Question, 'config_version' | 'health_version'>;

/**
 * The configuration and the health document in this isolate's memory. KV may be missing, fail or hang: what is in
 * hand stays, and a request waits for it in a cold isolate alone.
 */
export class Documents {
  readonly #config: KeptDocument<ConfigDocument>;
  readonly #health: KeptDocument<HealthDocument>;
  readonly #bundled: ConfigDocument;
  readonly #cold_ms: number;

  /** @param now milliseconds since the epoch */
  constructor(env: Env, bundled: ConfigDocument, now: () => number, cold_ms = COLD_MS) {
    const keep = <T extends ConfigDocument | HealthDocument>(key: string, check: (value: unknown) => T) => {
      const kept: KeptDocument<T> = new KeptDocument<T>({
        read: async () => {
          const value = await env.KV?.get<unknown>(key, { type: 'json', cacheTtl: KV_CACHE_S });
          if (value === null || value === undefined) return undefined;
          const document = check(value);
          return kept.current !== undefined && isOlder(document, kept.current) ? kept.current : document;
        },
        now,
        refresh_ms: REFRESH_MS,
      });
      return kept;
    };
    this.#config = keep(CONFIG_KEY, configDocument);
    this.#health = keep(HEALTH_KEY, healthDocument);
    this.#bundled = bundled;
    this.#cold_ms = cold_ms;
  }

  /** Absent: every origin's state is unknown. */
  get health(): HealthDocument | undefined {
    return this.#health.current;
  }

  /**
   * The configuration; what is due is refreshed in the background.
   * @param newest versions that the gateway holds
   * @param background `ctx.waitUntil`
   */
  async config(newest: Newest, background: (work: Promise<unknown>) => void): Promise<ConfigDocument> {
    const held = this.#config.current;
    if (held === undefined) return this.#cold(background);
    const config = newest.config_version > held.version;
    const health = newest.health_version > (this.health?.version ?? 0);
    for (const due of [
      this.#config.refresh(config ? OVERTAKEN_MS : REFRESH_MS),
      this.#health.refresh(health ? OVERTAKEN_MS : REFRESH_MS),
    ]) {
      if (due !== undefined) background(due);
    }
    return held;
  }

  /**
   * Every request of a cold isolate reads for itself: one that waited for another's read would hang if that one
   * were cancelled.
   */
  async #cold(background: (work: Promise<unknown>) => void): Promise<ConfigDocument> {
    const loaded = Promise.all([this.#config.load(), this.#health.load()]);
    // What comes too late for this request still serves the next one.
    background(loaded);
    let timer: number | null = null;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#cold_ms);
    });
    await Promise.race([loaded, deadline]);
    clearTimeout(timer);
    this.#config.offer(this.#bundled);
    return this.#config.current ?? this.#bundled;
  }
}
