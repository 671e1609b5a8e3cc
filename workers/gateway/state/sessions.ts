import type { OriginId } from '../../../shared/model/ids.ts';
import { importKey, openToken, originTag, sealToken, type Token } from '../../../shared/session/token.ts';
import type { Env } from '../env.ts';
import type { CompiledConfig } from './compiled_config.ts';
import { Lru } from './lru.ts';

/** Verified cookies that are remembered, so that they are not verified again. 4,096 of them take less than a megabyte. */
const MAX_VERIFIED = 4_096;
/** A client has one cookie. If it sends several of the same name, only the first two are tried, because each try costs a hash. */
const MAX_TRIED = 2;

/** One signing key, and the tags of origins under it. */
interface SessionKey {
  key: CryptoKey;
  /** For the configuration that was used last. */
  tags: Tags | undefined;
}

interface Tags {
  compiled: CompiledConfig;
  origins: ReadonlyMap<string, OriginId>;
  tags: ReadonlyMap<OriginId, string>;
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
      if (token !== undefined)
        return { value, origin: (await tagsOf(token.by, compiled)).origins.get(token.tag) };
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
    if (current === undefined) return undefined;
    const tag = (await tagsOf(current, compiled)).tags.get(origin);
    return tag && sealToken(current.key, balancer, { tag, expires_at_s: Math.floor(until / 1_000) });
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
      secrets.map(async (secret = '') => ({ key: await importKey(secret), tags: undefined })),
    );
    this.#keys ??= keys;
    return this.#keys;
  }
}

/** The tags of all origins under a key, computed once for each configuration. */
async function tagsOf(by: SessionKey, compiled: CompiledConfig): Promise<Tags> {
  if (by.tags?.compiled === compiled) return by.tags;
  const pairs = await Promise.all(
    [...compiled.origins.keys()].map(async (id) => [id, await originTag(by.key, id)] as const),
  );
  const fresh = { compiled, tags: new Map(pairs), origins: new Map(pairs.map(([id, tag]) => [tag, id])) };
  by.tags = fresh;
  return fresh;
}
