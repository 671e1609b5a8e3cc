/** The part of the console's environment that says where to send SQL. */
export interface SqlAccess {
  /** `true` only in the local environment, where no token is needed. */
  LOCAL?: string;
  /** The account whose data points are read. Absent: none are read. */
  ACCOUNT_ID?: string;
  /** Secret: an API token with the permission Account Analytics: Read. The local SQL API needs none. */
  SQL_TOKEN?: string;
  /** The URL of the SQL API before `/client/v4`. Default: Cloudflare's. */
  SQL_URL?: string;
}

/** A row of a result. 64-bit integers are strings. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Why there is no result, in words for operators. `cause` is the text of the API, or more words, for the log and for whoever wrote the query. */
export class SqlError extends Error {}

const PRODUCTION = 'https://api.cloudflare.com';

/**
 * Sends one query in stored names to the SQL API of Analytics Engine, or to the local one.
 * @param signal cancels the query
 * @throws {SqlError} if a setting is missing or the API refuses; and whatever `send` throws
 */
export async function askSql(
  access: SqlAccess,
  sql: string,
  signal: AbortSignal,
  send: typeof fetch,
): Promise<SqlRow[]> {
  const data = rowsIn(await sendSql(access, sql, signal, send));
  if (data === undefined) throw new SqlError('the SQL API returned no rows');
  return data;
}

/** Sends one query as {@link askSql} does. @returns the body of the answer */
export async function sendSql(
  { SQL_URL = PRODUCTION, ACCOUNT_ID, SQL_TOKEN, LOCAL }: SqlAccess,
  sql: string,
  signal: AbortSignal,
  send: typeof fetch,
): Promise<string> {
  const missing: string[] = [];
  if (!ACCOUNT_ID) missing.push('the variable ACCOUNT_ID');
  if (!SQL_TOKEN && LOCAL !== 'true') missing.push('the secret SQL_TOKEN');
  if (missing.length > 0) throw new SqlError(`set ${missing.join(' and ')} (see wrangler.console.toml)`);
  const account = encodeURIComponent(ACCOUNT_ID ?? '');
  const headers: HeadersInit = SQL_TOKEN ? { authorization: `Bearer ${SQL_TOKEN}` } : {};
  const init = { method: 'POST', headers, body: sql, signal };
  const response = await send(`${SQL_URL}/client/v4/accounts/${account}/analytics_engine/sql`, init);
  if (!response.ok) {
    const cause = (await response.text()).slice(0, 500);
    const refused = response.status === 401 || response.status === 403;
    const hint = refused ? ': give SQL_TOKEN the permission Account Analytics: Read' : '';
    throw new SqlError(`the SQL API answered ${response.status}${hint}`, { cause });
  }
  return response.text();
}

function rowsIn(text: string): SqlRow[] | undefined {
  try {
    const { data } = JSON.parse(text) as { data?: unknown };
    return Array.isArray(data) ? (data as SqlRow[]) : undefined;
  } catch {
    return undefined;
  }
}
