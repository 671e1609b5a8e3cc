import type { Control, Heads } from '../../shared/contracts/control.ts';
import { HEALTH_KEY, type HealthDocument, type OriginState } from '../../shared/contracts/health.ts';
import { bodyOf } from '../../shared/documents/body.ts';
import type { SharedCache } from '../../shared/documents/data_centre.ts';
import type { Store } from '../../shared/documents/published.ts';
import { bodyKey, CONFIG_KEY, type Config, type ConfigHead } from '../../shared/model/config.ts';

/** What a source does with a call. */
export type Behaviour = 'ok' | 'fail' | 'hang' | 'empty';

/** What the sources of documents are asked for, in order: `cache`, `coordinator heads`, `kv config` … */
type Log = string[];

async function behave<T>(mode: Behaviour, answer: () => T, nothing: T): Promise<T> {
  if (mode === 'hang') return new Promise<never>(() => {});
  if (mode === 'fail') throw new Error('the source is down');
  return mode === 'empty' ? nothing : structuredClone(answer());
}

/**
 * The sources behind a data centre, with a clock that the test moves. `published` is the truth; the coordinator tells it at once, KV
 * shows it too.
 */
export function sources(config: Config) {
  const clock = { ms: 1_800_000_000_000 };
  const log: Log = [];
  const modes: Record<'cache' | 'coordinator' | 'kv', Behaviour> = {
    cache: 'ok',
    coordinator: 'ok',
    kv: 'ok',
  };
  const published = {
    config,
    config_version: 1,
    health_version: 1,
    states: {} as Record<string, OriginState>,
    /** 1: KV holds the whole configuration under one key, as older versions published it. */
    format: 2 as 1 | 2,
  };
  const head = (): ConfigHead => ({
    format: 2,
    version: published.config_version,
    hash: `hash-of-${published.config_version}`,
    published_at: new Date(1_700_000_000_000 + published.config_version).toISOString(),
    size_bytes: 1,
  });
  const health = (): HealthDocument => ({
    version: published.health_version,
    published_at: clock.ms - 1_000,
    heartbeat_ms: 300_000,
    others: 'up',
    origins: Object.fromEntries(
      Object.entries(published.states).map(([id, state]) => [id, { state, since: 0, rtt_ms: {} }]),
    ),
  });
  const control: Control = {
    heads: () => {
      log.push('coordinator heads');
      return behave<Heads>(
        modes.coordinator,
        () => ({ config: head(), health: health(), health_age_ms: 1_000 }),
        {},
      );
    },
    body: (hash) => {
      log.push('coordinator body');
      return behave(
        modes.coordinator,
        () => (hash === head().hash ? bodyOf(published.config) : undefined),
        undefined,
      );
    },
    suspect: async () => {},
  };
  const store: Store = {
    get: async (key: string) => {
      log.push(`kv ${key}`);
      const values: Record<string, unknown> = {
        [CONFIG_KEY]: published.format === 1 ? { ...head(), format: 1, config: published.config } : head(),
        [HEALTH_KEY]: health(),
        [bodyKey(head().hash)]: bodyOf(published.config),
      };
      return behave<never>(modes.kv, () => (values[key] ?? null) as never, null as never);
    },
  };
  /** The cache of one data centre. */
  const cache = (): SharedCache => {
    const entries = new Map<string, { text: string; until: number }>();
    return {
      match: async (url) => {
        log.push('cache');
        const entry = entries.get(String(url));
        const text = await behave(modes.cache, () => entry, undefined);
        return text !== undefined && clock.ms < text.until ? new Response(text.text) : undefined;
      },
      put: async (url, response) => {
        const seconds = Number(/max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1]);
        const text = await response.text();
        await behave(modes.cache, () => undefined, undefined);
        if (modes.cache === 'ok') entries.set(String(url), { text, until: clock.ms + seconds * 1_000 });
      },
    };
  };
  return { clock, log, modes, published, control, store, cache };
}
