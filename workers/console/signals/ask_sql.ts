import { readResult } from '../../../shared/analytics/sql/result.ts';

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

/** The SQL API has no result. The message is for operators. */
export class SqlApiError extends Error {
  /** Whether another query could succeed. If not, a setting is missing or wrong, or the API fails. */
  readonly query_refused: boolean;
  /** The API's own text, for the log and for the author of the query. */
  readonly detail: string | undefined;

  constructor(message: string, query_refused = false, detail?: string) {
    super(message);
    this.name = 'SqlApiError';
    this.query_refused = query_refused;
    this.detail = detail;
  }
}

/** The statuses of an answer to a query that the API does not accept. The local one answers 422. */
const QUERY_REFUSED = [400, 422];

/** Characters of the API's text that are kept. */
const MAX_DETAIL = 500;

const PRODUCTION = 'https://api.cloudflare.com';

/**
 * Sends one query in stored names to the SQL API of Analytics Engine, or to the local one.
 * @param signal cancels the query
 * @throws {SqlApiError} if a setting is missing or the API refuses; and whatever `send` throws
 */
export async function askSql(
  access: SqlAccess,
  sql: string,
  signal: AbortSignal,
  send: typeof fetch,
): Promise<SqlRow[]> {
  const result = readResult(await sendSql(access, sql, signal, send));
  if (result === undefined) throw new SqlApiError('the SQL API returned no rows');
  return result.rows;
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
  if (missing.length > 0) throw new SqlApiError(`set ${missing.join(' and ')} (see wrangler.console.toml)`);
  const account = encodeURIComponent(ACCOUNT_ID ?? '');
  const headers: HeadersInit = SQL_TOKEN ? { authorization: `Bearer ${SQL_TOKEN}` } : {};
  const init = { method: 'POST', headers, body: sql, signal };
  const response = await send(`${SQL_URL}/client/v4/accounts/${account}/analytics_engine/sql`, init);
  if (!response.ok) {
    const { status } = response;
    const detail = (await response.text()).slice(0, MAX_DETAIL);
    const hint =
      status === 401 || status === 403 ? ': give SQL_TOKEN the permission Account Analytics: Read' : '';
    throw new SqlApiError(`the SQL API answered ${status}${hint}`, QUERY_REFUSED.includes(status), detail);
  }
  return response.text();
}
