import { scriptDocument, scriptKey, sourceKey } from '../../../shared/contracts/scripts.ts';
import { KeptDocument } from '../../../shared/documents/kept_document.ts';
import { KV_CACHE_S } from '../../../shared/documents/published.ts';
import { getOrMake } from '../../../shared/maps.ts';
import type { Env } from '../env.ts';
import { SCRIPT_REFRESH_MS } from '../paces.ts';
import { isolateOf } from './isolate.ts';
import { nonsenseAbout } from './nonsense.ts';
import type { About } from './rank_batch.ts';

/** Seconds. A bundle never changes. A name may stand for another script at any time, so it is cached for {@link KV_CACHE_S}. */
const SOURCE_CACHE_S = 86_400;
/** A pointer that was read less than this ago is as good as a new read, because KV may answer from a cache of that age. */
const RECENT_MS = KV_CACHE_S * 1_000;

/** A script that was loaded and has declared its properties. */
export interface Script extends About {
  name: string;
  hash: string;
  source: string;
}

/**
 * The published scripts in this isolate's memory. A new version replaces the old one when its isolate has started and has declared
 * what it reads. If the new version is broken, the old one goes on.
 */
export class ScriptStore {
  readonly #env: Env;
  readonly #now: () => number;
  readonly #kept = new Map<string, KeptDocument<Script>>();

  /** @param now milliseconds since the epoch */
  constructor(env: Env, now: () => number) {
    this.#env = env;
    this.#now = now;
  }

  /** @returns undefined: never published, not yet read, or broken from the first version on */
  get(name: string): Script | undefined {
    return this.#kept.get(name)?.current;
  }

  /** Why there is no script. Empty: it is not published. */
  errorOf(name: string): string {
    return this.#kept.get(name)?.last_error ?? '';
  }

  /** Whether a question should wait for the next read, because the script is not in memory or was not read for a while. */
  isOld(name: string): boolean {
    const kept = this.#kept.get(name);
    return kept?.current === undefined || kept.isDue(RECENT_MS);
  }

  /** Reads a script that is not in memory, or refreshes it if due. It never rejects. @returns undefined: nothing to do */
  refresh(name: string): Promise<void> | undefined {
    const source = { read: () => this.#read(name), now: this.#now, refresh_ms: SCRIPT_REFRESH_MS };
    return getOrMake(this.#kept, name, () => new KeptDocument(source)).refresh();
  }

  async #read(name: string): Promise<Script | undefined> {
    const { KV, LOADER } = this.#env;
    if (KV === undefined || LOADER === undefined) return undefined;
    const pointer = await KV.get<unknown>(scriptKey(name), { type: 'json', cacheTtl: KV_CACHE_S });
    if (pointer === null) return undefined;
    const { hash } = scriptDocument(pointer);
    const held = this.get(name);
    if (held?.hash === hash) return held;
    const source = await KV.get(sourceKey(hash), { cacheTtl: SOURCE_CACHE_S });
    // The pointer may have come to this place before the bundle.
    if (source === null) throw new Error(`KV has no bundle ${hash}`);
    const { reads, use, weighted } = await isolateOf(LOADER, hash, source).about();
    const wrong = nonsenseAbout({ reads, use, weighted });
    if (wrong !== undefined) throw new Error(wrong);
    return { name, hash, source, reads, use, weighted };
  }
}
