import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../project/cli_error.ts';
import type { Environment } from '../project/environment.ts';
import { runWrangler, type WranglerResult } from '../project/wrangler.ts';

/** Plimsoll's KV namespace, as commands read and write it. */
export interface KvStore {
  /** @returns undefined if there is no such key @throws CliError if the store cannot be read */
  get(key: string): Promise<string | undefined>;
  /** @throws CliError if the store cannot be written */
  put(key: string, value: string): Promise<void>;
  /** Time after a write in which another writer's earlier write may still arrive. Default: {@link SETTLE_MS}. */
  settle_ms?: number;
}

/**
 * Another writer may have read before our write, and its wrangler writes up to two seconds after that read. We wait for
 * this long, and our own next read takes wrangler one to two seconds. Together that outlasts the other write.
 */
export const SETTLE_MS = 1_000;

/** The namespace's id in every `[env.local]` of wrangler.*.toml. */
const LOCAL_NAMESPACE = 'plimsoll-local';

/** Tries while local files are locked. Each takes wrangler two seconds, which is longer than any lock is held. */
const MAX_TRIES = 3;

/**
 * Opens the namespace that the Workers of an environment read. In production it is found by its title. Locally it is the
 * files under `state_dir`, which a running `wrangler dev` shares.
 * @throws CliError if production has no namespace yet
 */
export async function openKvStore(environment: Environment): Promise<KvStore> {
  const where = environment.kind === 'local' ? local(environment.local.state_dir) : await production();
  const run = (...args: string[]) => unlocked(() => runWrangler(['kv', 'key', ...args, ...where]));
  return {
    async get(key) {
      // Asking wrangler would make the first `npm start` two seconds slower.
      if (environment.kind === 'local' && !existsSync(environment.local.state_dir)) return undefined;
      const result = await run('get', key);
      // wrangler reports a missing key with code 0 locally, and with an error remotely.
      if (result.code === 0 && /^(Value not found)?\s*$/.test(result.stdout)) return undefined;
      if (result.code !== 0 && / - 404: /.test(result.stderr)) return undefined;
      return succeeded(result, `cannot read ${key} from KV`).stdout;
    },
    async put(key, value) {
      const folder = await mkdtemp(join(tmpdir(), 'plimsoll-'));
      try {
        // A configuration may be too long for a command line.
        const file = join(folder, 'value');
        await writeFile(file, value);
        succeeded(await run('put', key, '--path', file), `cannot write ${key} to KV`);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function local(state_dir: string): string[] {
  return ['--local', '--persist-to', state_dir, '--namespace-id', LOCAL_NAMESPACE];
}

async function production(): Promise<string[]> {
  const { findKvNamespace } = await import('./kv_namespace.ts');
  const id = await findKvNamespace();
  if (id === undefined) throw new CliError('there is no KV namespace yet; create it with `npm run deploy`');
  return ['--remote', '--namespace-id', id];
}

/** Runs again while another process has the local files locked. */
async function unlocked(run: () => Promise<WranglerResult>): Promise<WranglerResult> {
  for (let tries = 1; ; tries++) {
    const result = await run();
    if (result.code === 0 || tries === MAX_TRIES || !result.stderr.includes('SQLITE_BUSY')) return result;
  }
}

function succeeded(result: WranglerResult, what: string): WranglerResult {
  if (result.code === 0) return result;
  throw new CliError(`${what}; wrangler says:\n${(result.stderr || result.stdout).trim()}`);
}
