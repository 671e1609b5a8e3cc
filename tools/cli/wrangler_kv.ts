import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../project/cli_error.ts';
import { runWrangler, type WranglerResult } from '../project/wrangler.ts';
import { findKvNamespace, type Run } from './kv_namespace.ts';
import type { KvStore } from './kv_store.ts';

/**
 * Another writer's wrangler writes up to two seconds after its last read. We wait for this long, and our own next read takes
 * wrangler one to two seconds.
 */
const SETTLE_MS = 1_000;

/**
 * The production namespace through wrangler, which takes one to two seconds for each access.
 * @returns undefined if the account has no such namespace
 * @throws CliError with wrangler's output if the account cannot be asked
 */
export async function wranglerKv(run?: Run): Promise<KvStore | undefined> {
  const id = await findKvNamespace(run);
  if (id === undefined) return undefined;
  const key = (...args: string[]) =>
    (run ?? runWrangler)(['kv', 'key', ...args, '--remote', '--namespace-id', id]);
  return {
    settle_ms: SETTLE_MS,
    async get(name) {
      const result = await key('get', name);
      if (result.code !== 0 && / - 404: /.test(result.stderr)) return undefined;
      return succeeded(result, `cannot read ${name} from KV`).stdout;
    },
    async put(name, value) {
      const folder = await mkdtemp(join(tmpdir(), 'plimsoll-'));
      try {
        // A configuration may be too long for a command line.
        const file = join(folder, 'value');
        await writeFile(file, value);
        succeeded(await key('put', name, '--path', file), `cannot write ${name} to KV`);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function succeeded(result: WranglerResult, what: string): WranglerResult {
  if (result.code === 0) return result;
  throw new CliError(`${what}; wrangler says:\n${(result.stderr || result.stdout).trim()}`);
}
