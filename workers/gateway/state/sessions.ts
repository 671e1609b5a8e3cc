import type { OriginId } from '../../../shared/model/ids.ts';
import { importKey, openToken, originTag, sealToken, type Token } from '../../../shared/session/token.ts';
import type { Env } from '../env.ts';
import type { CompiledConfig } from './compiled_config.ts';
import { Lru } from './lru.ts';

/** Verified cookies that are remembered, so that they are not verified again. 4,096 of them take less than a megabyte. */
const MAX_VERIFIED = 4_096;
/** A client has one cookie. If it sends several of the same name, only the first two are tried, because each try costs a hash. */
const MAX_TRIED = 2;

/** Tags that are computed in one slice. 250 take about 3 ms (measured with workerd 1.20261023.1). */
const SLICE_TAGS = 250;

/** One signing key, and the tags of origins under it. A tag depends on the key and the origin's id alone. */
interface SessionKey {
  key: CryptoKey;
  tags: Tags;
}

interface Tags {
  by_origin: Map<OriginId, string>;
  origins: Map<string, OriginId>;
  /** The configuration whose origins all have their tags. */
  complete_for?: CompiledConfig;
}

interface Verified extends Token {
  by: SessionKey;
}

/** A session whose cookie is genuine. */
export interface FoundSession {
  /** The cookie's value. */
  value: string;
  /** Undefined: the configuration no longer has this origin. */
  origin: OriginId | undefined;
}

/**
 * What an isolate needs to read sessions: keys, the tags that stand for origins in cookies, and the cookies that it has verified. It
 * stores no session. Every isolate with the same keys reads the same cookies.
 */
export class Sessions {
  readonly #env: Pick<Env, 'AFFINITY_KEY' | 'AFFINITY_KEY_PREVIOUS'>;
  #keys: readonly SessionKey[] | undefined;
  /** By balancer and value. */
  readonly #verified = new Lru<string, Verified>(MAX_VERIFIED);
  #warned = false;

  constructor(env: Pick<Env, 'AFFINITY_KEY' | 'AFFINITY_KEY_PREVIOUS'>) {
    this.#env = env;
  }

  /** Whether cookies can be signed. If not, it logs this once. */
  get hasKey(): boolean {
    const has_key = Boolean(this.#env.AFFINITY_KEY);
    if (!has_key && !this.#warned) {
      this.#warned = true;
      console.warn('the secret AFFINITY_KEY is missing: clients are not kept on an origin by cookie');
    }
    return has_key;
  }

  /**
   * Finds the session that a client has.
   * @param values of the balancer's cookie, as the client sent them
   * @param now milliseconds since the epoch
   * @returns undefined: no value is a session of this balancer
   */
  async find(
    values: readonly string[],
    balancer: string,
    compiled: CompiledConfig,
    now: number,
  ): Promise<FoundSession | undefined> {
    for (const value of values.slice(0, MAX_TRIED)) {
      const token = await this.#open(value, balancer, now / 1_000);
      if (token === undefined) continue;
      const origin = (await tagsOf(token.by, compiled)).origins.get(token.tag);
      return { value, origin: origin !== undefined && compiled.origins.has(origin) ? origin : undefined };
    }
    return undefined;
  }

  /**
   * The value of a cookie that begins a session.
   * @param until milliseconds since the epoch
   * @returns undefined: there is no key, or no such origin
   */
  async issue(
    origin: OriginId,
    balancer: string,
    compiled: CompiledConfig,
    until: number,
  ): Promise<string | undefined> {
    const [current] = await this.#keyring();
    if (current === undefined || !compiled.origins.has(origin)) return undefined;
    const tag = await tagOf(current.key, current.tags, origin);
    return sealToken(current.key, balancer, { tag, expires_at_s: Math.floor(until / 1_000) });
  }

  async #open(value: string, balancer: string, now_s: number): Promise<Verified | undefined> {
    const known = `${balancer}\n${value}`;
    const verified = this.#verified.get(known);
    if (verified !== undefined) return verified.expires_at_s > now_s ? verified : undefined;
    for (const by of await this.#keyring()) {
      const token = await openToken(by.key, balancer, value, now_s);
      if (token === undefined) continue;
      const fresh = { ...token, by };
      this.#verified.set(known, fresh);
      return fresh;
    }
    return undefined;
  }

  /** The current key, which signs, then the previous one. A request waits for its own import, never for that of another request. */
  async #keyring(): Promise<readonly SessionKey[]> {
    if (this.#keys !== undefined) return this.#keys;
    const secrets = [this.#env.AFFINITY_KEY, this.#env.AFFINITY_KEY_PREVIOUS].filter(Boolean);
    const keys = await Promise.all(
      secrets.map(async (secret = '') => ({ key: await importKey(secret), tags: newTags() })),
    );
    this.#keys ??= keys;
    return this.#keys;
  }
}

/** The tags of all origins of a configuration. Those of an earlier one are kept, so a publication costs only its new origins. */
async function tagsOf(by: SessionKey, compiled: CompiledConfig): Promise<Tags> {
  if (by.tags.complete_for === compiled) return by.tags;
  if (by.tags.by_origin.size > 2 * compiled.origins.size) by.tags = newTags();
  const { key, tags } = by;
  const missing = [...compiled.origins.keys()].filter((id) => !tags.by_origin.has(id));
  for (let at = 0; at < missing.length; at += SLICE_TAGS) {
    // Other requests run in between.
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    await Promise.all(missing.slice(at, at + SLICE_TAGS).map((id) => tagOf(key, tags, id)));
  }
  tags.complete_for = compiled;
  return tags;
}

/** The tag of one origin, computed unless it is known. */
async function tagOf(key: CryptoKey, tags: Tags, origin: OriginId): Promise<string> {
  const known = tags.by_origin.get(origin);
  if (known !== undefined) return known;
  const tag = await originTag(key, origin);
  tags.by_origin.set(origin, tag);
  tags.origins.set(tag, origin);
  return tag;
}

function newTags(): Tags {
  return { by_origin: new Map(), origins: new Map() };
}
