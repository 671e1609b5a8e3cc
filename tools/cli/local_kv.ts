import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../project/cli_error.ts';
import { inRoot } from '../project/root.ts';
import { QUIET } from '../project/wrangler.ts';
import type { OpenKvStore } from './kv_store.ts';

/** The namespace, as wrangler's proxy to the local runtime provides it. */
interface Namespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

/**
 * Another process locks the files for milliseconds, while it writes. The runtime does not say that this is why it failed, so any
 * failure is tried again for this long. A busy machine may need some of it.
 */
const LOCKED_MS = 5_000;
const PAUSE_MS = 50;

/** Another local writer writes within milliseconds of its last read, except while files are locked. */
const SETTLE_MS = 250;

/**
 * The namespace in the files under `state_dir`. The runtime that reads them is started at the first use, and ends when the store is
 * disposed. `wrangler dev` may use the same files at the same time.
 */
export function localKv(state_dir: string): OpenKvStore {
  let opened: ReturnType<typeof open> | undefined;
  const use = async <T>(what: string, access: (kv: Namespace) => Promise<T>): Promise<T> => {
    opened ??= open(state_dir);
    const { env } = await opened;
    const deadline = performance.now() + LOCKED_MS;
    for (;;) {
      try {
        return await access(env.KV);
      } catch (error) {
        if (performance.now() > deadline)
          throw new CliError(
            `cannot ${what} the KV in ${state_dir}; the local runtime says: ${String(error)}`,
          );
      }
      await sleep(PAUSE_MS);
    }
  };
  return {
    settle_ms: SETTLE_MS,
    async get(key) {
      // Starting the runtime to find nothing would make the first `npm start` slower.
      if (opened === undefined && !existsSync(state_dir)) return undefined;
      return (await use(`read ${key} from`, (kv) => kv.get(key))) ?? undefined;
    },
    put: (key, value) => use(`write ${key} to`, (kv) => kv.put(key, value)),
    async [Symbol.asyncDispose]() {
      await (await opened)?.dispose();
    },
  };
}

async function open(state_dir: string) {
  Object.assign(process.env, QUIET);
  // Loading wrangler takes a second, so only commands that need it do.
  const { getPlatformProxy } = await import('wrangler');
  return getPlatformProxy<{ KV: Namespace }>({
    configPath: inRoot('tools', 'cli', 'wrangler.kv.toml'),
    // Where `wrangler dev --persist-to` keeps them.
    persist: { path: join(state_dir, 'v3') },
    remoteBindings: false,
  });
}
