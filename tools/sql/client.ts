import { CliError, EXIT } from '../project/cli_error.ts';
import { withProgress } from '../project/progress.ts';

/** The SQL API that queries go to. */
export interface SqlEndpoint {
  /** The part before `/client/v4`: `http://127.0.0.1:8789`. */
  base_url: string;
  account: string;
  /** The local API needs none. Never printed. */
  token?: string;
}

/** An answer in FORMAT JSON. 64-bit integers are strings. */
export interface SqlResult {
  meta: Array<{ name: string; type: string }>;
  data: Array<Record<string, unknown>>;
  rows: number;
}

/** A query has no answer. Its exit code tells an API that refuses the query (1) from one that does not answer or fails (3). */
export class SqlRequestError extends CliError {
  override readonly name = 'SqlRequestError';
}

/** A hung connection must end. The API's own limit is not documented; this is meant to be above it. */
const TIMEOUT_MS = 60_000;

/**
 * Sends one query in stored names.
 * @returns the body of the answer
 * @throws SqlRequestError if nothing answers, or the API refuses the query
 */
export async function sendSql(
  { base_url, account, token }: SqlEndpoint,
  sql: string,
  send: typeof fetch = fetch,
): Promise<string> {
  const host = hostOf(base_url);
  let response: Response;
  try {
    const sent = send(`${base_url}/client/v4/accounts/${encodeURIComponent(account)}/analytics_engine/sql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: sql,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    response = await withProgress(`the SQL API at ${host}`, sent);
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new SqlRequestError(
        `the SQL API at ${host} has not answered for ${TIMEOUT_MS / 1_000} s; ask for less, or try again`,
        EXIT.unreachable,
      );
    const fix = token ? 'look at the network' : 'start it with `npm start`';
    throw new SqlRequestError(
      `no SQL API answers at ${host}; ${fix}, or correct the address`,
      EXIT.unreachable,
    );
  }
  const body = await response.text();
  if (response.ok) return body;
  if (response.status === 401 || response.status === 403)
    throw new SqlRequestError(
      `${host} refused the token (${response.status}): CLOUDFLARE_API_TOKEN needs the permission Account Analytics: Read for this account`,
    );
  throw new SqlRequestError(
    `${reasonOf(body)} (${response.status} from ${host})`,
    response.status >= 500 ? EXIT.unreachable : EXIT.refused,
  );
}

function hostOf(base_url: string): string {
  return URL.canParse(base_url) ? new URL(base_url).host : base_url;
}

/** A message about the SQL is plain text. Other messages are in the envelope of Cloudflare's API. */
function reasonOf(body: string): string {
  let message = body;
  try {
    const { errors } = JSON.parse(body) as { errors?: Array<{ message?: string }> };
    message = errors?.map((error) => error.message ?? '').join('; ') || body;
  } catch {
    // It is plain text.
  }
  return message.trim().slice(0, 1_000) || 'no reason given';
}
