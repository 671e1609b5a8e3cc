import type { Heads } from '../contracts/control.ts';
import { elapsed, pending } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { checkHeads } from './check.ts';

/** The part of the Cache API that isolates share documents through. */
export type SharedCache = Pick<Cache, 'match' | 'put'>;

/** The source of heads, which says how old they can be. */
export type HeadsSource = 'coordinator' | 'kv';

/** Heads as an entry of the cache. */
export interface Entry {
  heads: Heads;
  from: HeadsSource;
  /** By the clock of the isolate that stored the entry, milliseconds since the epoch. */
  stored_at: number;
}

/** Long compared with a read within the data centre, and short for a person who waits. */
const CACHE_MS = 250;
/** The same for a body, which may have megabytes. */
const BODY_MS = 2_000;
/** After a failure, the cache is not tried for this time. */
const PAUSE_MS = 10_000;
/** Lifetime of bodies, which never change, and of the last good heads, which serve when everything else is gone: a week. */
const LONG_S = 604_800;

/**
 * What the isolates of one data centre share through the Cache API, so that one look serves all of them. On `*.workers.dev` the
 * cache keeps nothing, and in plain workerd it may be missing; then every read finds nothing.
 * https://developers.cloudflare.com/workers/runtime-apis/cache/
 */
export class DataCentre {
  readonly #prefix: string | undefined;
  readonly #cache: () => SharedCache;
  readonly #now: () => number;
  #paused_until = 0;

  /**
   * @param scope names the deployment whose documents these are, because all Workers of a zone share one cache. Undefined: nothing
   *   is shared
   * @param cache returns `caches.default`; may throw
   * @param now milliseconds since the epoch
   */
  constructor(scope: string | undefined, cache: () => SharedCache, now: () => number) {
    this.#prefix = scope === undefined ? undefined : `https://plimsoll.invalid/${scope}/`;
    this.#cache = cache;
    this.#now = now;
  }

  /** The heads that an isolate has read in the last seconds. */
  async heads(): Promise<Entry | undefined> {
    return entryOf(await this.#read('heads'));
  }

  /** The last good heads and their age, for a cold isolate that reaches no source. */
  async last(): Promise<Entry | undefined> {
    const entry = entryOf(await this.#read('last'));
    const { health_age_ms } = entry?.heads ?? {};
    if (entry === undefined || health_age_ms === undefined) return entry;
    const stored_ms = elapsed(entry.stored_at, this.#now());
    const heads = { ...entry.heads, health_age_ms: health_age_ms + stored_ms };
    return { ...entry, heads };
  }

  /** @returns whether other isolates find the entry */
  async keepHeads(heads: Heads, from: HeadsSource, max_age_s: number): Promise<boolean> {
    const entry: Entry = { heads, from, stored_at: this.#now() };
    const text = JSON.stringify(entry);
    await Promise.all([this.#store('heads', text, max_age_s), this.#store('last', text, LONG_S)]);
    return (await this.#read('heads')) !== undefined;
  }

  /**
   * Claims a task for this isolate. @returns false if another isolate of the data centre claimed it less than `max_age_s` ago. Where
   * no cache works, every isolate gets what it claims
   */
  async claim(name: string, max_age_s: number): Promise<boolean> {
    if ((await this.#read(name)) !== undefined) return false;
    await this.#store(name, 'claimed', max_age_s);
    return true;
  }

  /** A body that an isolate of this data centre has read. */
  body(hash: string): Promise<string | undefined> {
    return this.#read(hash, BODY_MS);
  }

  /** Keeps a body for the other isolates. */
  keepBody(hash: string, body: string): Promise<void> {
    return this.#store(hash, body, LONG_S, BODY_MS);
  }

  #read(name: string, ms = CACHE_MS): Promise<string | undefined> {
    return this.#use(ms, async (cache, prefix) => (await cache.match(prefix + name))?.text());
  }

  async #store(name: string, text: string, max_age_s: number, ms = CACHE_MS): Promise<void> {
    const headers = { 'cache-control': `max-age=${max_age_s}` };
    await this.#use(ms, (cache, prefix) => cache.put(prefix + name, new Response(text, { headers })));
  }

  async #use<T>(ms: number, use: (cache: SharedCache, prefix: string) => Promise<T>): Promise<T | undefined> {
    const now = this.#now();
    if (this.#prefix === undefined || pending(this.#paused_until, now, PAUSE_MS)) return undefined;
    try {
      return await within(ms, use(this.#cache(), this.#prefix));
    } catch {
      this.#paused_until = now + PAUSE_MS;
      return undefined;
    }
  }
}

/** The bindings that name a deployment. */
export interface DeploymentEnv {
  /** The id of the KV namespace. It names the deployment whose documents an entry of the cache belongs to. */
  KV_ID?: string;
  /** Of the Worker that is deployed. */
  VERSION?: { id: string };
}

/**
 * The data centre's cache as an isolate uses it. Workers with the same `KV_ID` share its entries. Without it, the isolates of one
 * version of one Worker do.
 * @param cache returns `caches.default`; may throw
 * @param now milliseconds since the epoch
 */
export function dataCentreOf(env: DeploymentEnv, cache: () => SharedCache, now: () => number): DataCentre {
  return new DataCentre(env.KV_ID ?? env.VERSION?.id, cache, now);
}

/** Reads an entry. @returns undefined if there is none, or if another version stored it */
function entryOf(text: string | undefined): Entry | undefined {
  if (text === undefined) return undefined;
  try {
    const entry = JSON.parse(text) as Entry;
    return { ...entry, heads: checkHeads(entry.heads) };
  } catch {
    return undefined;
  }
}
