import { CliError } from '../project/cli_error.ts';
import type { Environment } from '../project/environment.ts';
import { assertCredentials } from './credentials.ts';
import type { OpenKvStore } from './kv_store.ts';
import { localKv } from './local_kv.ts';
import { restAccess, restKv } from './rest_kv.ts';
import { wranglerKv } from './wrangler_kv.ts';

/**
 * Opens the namespace that the Workers of an environment read. In production it is found by its title, and used through the REST
 * API if the environment has a token and the account, else through wrangler, which knows who is logged in. Locally it is the files
 * under `state_dir`, which a running `wrangler dev` shares.
 * @throws CliError if there are no credentials for production, or it has no namespace yet
 */
export async function openKvStore(
  environment: Environment,
  env: NodeJS.ProcessEnv = process.env,
): Promise<OpenKvStore> {
  if (environment.kind === 'local') return localKv(environment.local.state_dir);
  const access = restAccess(env);
  if (access === undefined) assertCredentials(env);
  const store = access === undefined ? await wranglerKv() : await restKv(access, fetch);
  if (store === undefined)
    throw new CliError('there is no KV namespace yet; create it with `npm run deploy`');
  return { ...store, [Symbol.asyncDispose]: async () => undefined };
}
