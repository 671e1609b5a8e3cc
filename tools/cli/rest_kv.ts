import { CliError, EXIT } from '../project/cli_error.ts';
import { KV_TITLE } from './kv_namespace.ts';
import type { KvStore } from './kv_store.ts';

/** What Cloudflare's REST API needs to know. */
export interface RestAccess {
  base_url: string;
  token: string;
  account: string;
}

/** A large value over a slow line. */
const TIMEOUT_MS = 60_000;

/**
 * An account has at most 1,000 namespaces, and the API lists as many on one page.
 * https://developers.cloudflare.com/kv/platform/limits/
 */
const PAGE = 1_000;

/** Another writer may use wrangler, which writes up to two seconds after its last read. */
const SETTLE_MS = 2_500;

/** Reads the access from the variables that wrangler reads too. @returns undefined if the token or the account is missing */
export function restAccess(env: NodeJS.ProcessEnv): RestAccess | undefined {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: account } = env;
  if (!token || !account) return undefined;
  const base_url = env['CLOUDFLARE_API_BASE_URL'] || 'https://api.cloudflare.com/client/v4';
  return { base_url, token, account };
}

/**
 * The production namespace through Cloudflare's REST API.
 * https://developers.cloudflare.com/api/resources/kv/
 * @returns undefined if the account has no namespace titled {@link KV_TITLE}
 * @throws CliError if the API cannot be asked
 */
export async function restKv(
  { base_url, token, account }: RestAccess,
  send: typeof fetch,
): Promise<KvStore | undefined> {
  const ask = async (what: string, path: string, init: RequestInit = {}): Promise<Response> => {
    const url = `${base_url}/accounts/${account}/storage/kv/namespaces${path}`;
    const headers = { authorization: `Bearer ${token}` };
    try {
      return await send(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw new CliError(
        `cannot ${what}: Cloudflare's API does not answer (${String(error)}); try again, and behind a proxy set NODE_USE_ENV_PROXY=1`,
        EXIT.unreachable,
      );
    }
  };
  const found = await ask('list the KV namespaces', `?per_page=${PAGE}`);
  if (!found.ok) throw await refused('list the KV namespaces', found);
  const { result } = (await found.json()) as { result: Array<{ id: string; title: string }> };
  const id = result.find(({ title }) => title === KV_TITLE)?.id;
  if (id === undefined) return undefined;
  const value = (key: string) => `/${id}/values/${encodeURIComponent(key)}`;
  return {
    settle_ms: SETTLE_MS,
    async get(key) {
      const response = await ask(`read ${key} from KV`, value(key));
      if (response.status === 404) return undefined;
      if (!response.ok) throw await refused(`read ${key} from KV`, response);
      return response.text();
    },
    async put(key, text) {
      const response = await ask(`write ${key} to KV`, value(key), { method: 'PUT', body: text });
      if (!response.ok) throw await refused(`write ${key} to KV`, response);
    },
  };
}

async function refused(what: string, response: Response): Promise<CliError> {
  const { errors = [] } = (await response.json().catch(() => ({}))) as { errors?: { message?: string }[] };
  const says = errors.map(({ message }) => message).join('; ') || response.statusText;
  const fix =
    response.status === 401 || response.status === 403
      ? 'give CLOUDFLARE_API_TOKEN the permission Workers KV Storage: Edit'
      : 'try again';
  return new CliError(
    `cannot ${what}: Cloudflare's API answers ${response.status} ${says}; ${fix}`,
    response.status >= 500 ? EXIT.unreachable : EXIT.refused,
  );
}
