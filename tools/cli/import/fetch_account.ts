import { CliError, EXIT } from '../../project/cli_error.ts';

/** What reading an account needs. */
export interface AccountAccess {
  base_url: string;
  token: string;
  account: string;
}

const TIMEOUT_MS = 30_000;
/** The most that the API gives. */
const PER_PAGE = 50;

/** Reads the access from the variables that wrangler reads too. @throws CliError that names those that are missing */
export function accountAccess(env: NodeJS.ProcessEnv): AccountAccess {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: account } = env;
  if (!token || !account)
    throw new CliError(
      'set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID, or name a file: an answer of the API, or a state of Terraform',
      EXIT.usage,
    );
  return {
    base_url: env['CLOUDFLARE_API_BASE_URL'] || 'https://api.cloudflare.com/client/v4',
    token,
    account,
  };
}

interface Answer {
  success?: boolean;
  result?: unknown;
  errors?: { message?: string }[];
}

/**
 * Reads all load balancing objects of an account, and the load balancers of its zones.
 * @returns JSON in the form of a configuration, a value a line
 * @throws CliError if the API cannot be asked, or refuses
 */
export async function fetchAccount(access: AccountAccess, send: typeof fetch): Promise<string> {
  const ask = asker(access, send);
  const account = `/accounts/${access.account}/load_balancers`;
  const [pools, monitors, monitor_groups] = await Promise.all([
    ask(`${account}/pools`),
    ask(`${account}/monitors`),
    // Accounts without the feature do not have this list.
    ask(`${account}/monitor_groups`, 'if there'),
  ]);
  const load_balancers: unknown[] = [];
  for (const id of await zonesOf(access, ask))
    load_balancers.push(...(await ask(`/zones/${id}/load_balancers`)));
  return JSON.stringify({ load_balancers, pools, monitors, monitor_groups }, null, 2);
}

/** @param need `if there`: an answer of 404 is an empty list */
type Ask = (path: string, need?: 'if there') => Promise<unknown[]>;

async function zonesOf({ account }: AccountAccess, ask: Ask): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page++) {
    const zones = await ask(`/zones?account.id=${account}&per_page=${PER_PAGE}&page=${page}`);
    ids.push(
      ...zones.flatMap((zone) =>
        typeof zone === 'object' && zone !== null && 'id' in zone ? [String(zone.id)] : [],
      ),
    );
    if (zones.length < PER_PAGE) return ids;
  }
}

function asker({ base_url, token }: AccountAccess, send: typeof fetch): Ask {
  return async (path, need) => {
    const what = path.replace(/\?.*$/, '');
    let response: Response;
    try {
      response = await send(`${base_url}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new CliError(
        `cannot read ${what}: Cloudflare's API does not answer (${String(error)}); try again, and behind a proxy set NODE_USE_ENV_PROXY=1`,
        EXIT.unreachable,
      );
    }
    if (need !== undefined && response.status === 404) return [];
    const answer = (await response.json().catch(() => ({}))) as Answer;
    if (!response.ok || answer.success === false || !Array.isArray(answer.result)) {
      const says = (answer.errors ?? []).map(({ message }) => message).join('; ') || response.statusText;
      throw new CliError(
        `cannot read ${what}: ${response.status} ${says}; give CLOUDFLARE_API_TOKEN the permissions Load Balancers Read and ` +
          'Load Balancing: Monitors and Pools Read, and Zone Read',
      );
    }
    return answer.result as unknown[];
  };
}
