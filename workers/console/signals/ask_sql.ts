/** What of the console's environment says where SQL is asked. */
export interface SqlAccess {
  /** `true` in the local environment alone: there, no token is needed. */
  LOCAL?: string;
  /** Whose data points are read; absent: none are. */
  ACCOUNT_ID?: string;
  /** Secret: an API token with Account Analytics: Read. The local SQL API needs none. */
  SQL_TOKEN?: string;
  /** The SQL API up to and without `/client/v4`. Default: Cloudflare's. */
  SQL_URL?: string;
}

/** A row of an answer; 64-bit integers come as strings. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Why SQL is not answered, in words for operators. */
export class SqlError extends Error {}

const PRODUCTION = 'https://api.cloudflare.com';

/**
 * Sends one query to the SQL API of Analytics Engine, or to the local one.
 * @param signal ends it
 * @throws {SqlError} when it is not set up, or refuses; and what `send` throws
 */
export async function askSql(
  { SQL_URL = PRODUCTION, ACCOUNT_ID, SQL_TOKEN, LOCAL }: SqlAccess,
  sql: string,
  signal: AbortSignal,
  send: typeof fetch,
): Promise<SqlRow[]> {
  const missing = [
    ACCOUNT_ID ? '' : 'the variable ACCOUNT_ID',
    SQL_TOKEN || LOCAL === 'true' ? '' : 'the secret SQL_TOKEN',
  ]
    .filter((part) => part !== '')
    .join(' and ');
  if (missing !== '') throw new SqlError(`not set up: ${missing} of wrangler.console.toml`);
  const response = await send(
    `${SQL_URL}/client/v4/accounts/${encodeURIComponent(ACCOUNT_ID ?? '')}/analytics_engine/sql`,
    {
      method: 'POST',
      headers: SQL_TOKEN ? { authorization: `Bearer ${SQL_TOKEN}` } : {},
      body: sql,
      signal,
    },
  );
  if (!response.ok) {
    const detail = (await response.text()).slice(0, 500);
    console.error(`console: the SQL API answered ${response.status}: ${detail}`);
    const hint =
      response.status === 401 || response.status === 403 ? ': SQL_TOKEN needs Account Analytics: Read' : '';
    throw new SqlError(`the SQL API answered ${response.status}${hint}`);
  }
  const { data } = (await response.json()) as { data?: SqlRow[] };
  if (!Array.isArray(data)) throw new SqlError('the SQL API answered no rows');
  return data;
}
