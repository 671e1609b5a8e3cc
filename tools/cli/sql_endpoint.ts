import type { Answer, Send } from '../../shared/analytics/sql/ask.ts';
import type { SqlAnswer } from '../../shared/contracts/sql.ts';
import { CliError, EXIT } from '../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../project/environment.ts';
import { type SqlEndpoint, type SqlResult, sendSql } from '../sql/client.ts';
import { logicalHeadings } from '../sql/headings.ts';
import { askConsole } from './console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { placeOf } from './profile/chosen_profile.ts';
import { webAddress } from './web_address.ts';

/** The console gives a query 20 s. */
const CONSOLE_MS = 30_000;

/**
 * The SQL API of the environment in which a command acts. PLIMSOLL_SQL_URL overrides its base URL.
 * @throws CliError if the command acts in production and the token or the account is missing
 */
export function sqlEndpoint(options: EnvironmentOptions, env: NodeJS.ProcessEnv): SqlEndpoint {
  const environment = resolveEnvironment(options, env);
  const given = env['PLIMSOLL_SQL_URL'];
  const override = given && webAddress(given, 'a SQL API (PLIMSOLL_SQL_URL)', 'http://127.0.0.1:8789');
  if (environment.kind === 'local')
    return { base_url: override || `http://127.0.0.1:${environment.local.sql_port}`, account: 'local' };
  const token = env['CLOUDFLARE_API_TOKEN'];
  const account = env['CLOUDFLARE_ACCOUNT_ID'];
  if (!token)
    throw new CliError(
      '--remote needs CLOUDFLARE_API_TOKEN; set it to a token with the permission Account Analytics: Read',
      EXIT.usage,
    );
  if (!account)
    throw new CliError(
      'CLOUDFLARE_API_TOKEN is set and CLOUDFLARE_ACCOUNT_ID is not; set it too, or use --local',
      EXIT.usage,
    );
  return { base_url: override || 'https://api.cloudflare.com', account, token };
}

/**
 * Sends queries in stored names: to the console of a profile, else to the SQL API as {@link sqlEndpoint}.
 * @throws CliError as {@link sqlEndpoint}
 */
export function sqlSender(options: ConsoleOptions, env: NodeJS.ProcessEnv): Send {
  const place = placeOf(options, env);
  if (place.profile === undefined) {
    const endpoint = sqlEndpoint(place.options, env);
    return (sql) => sendSql(endpoint, sql);
  }
  const endpoint = consoleEndpoint(options, env);
  return async (query) => {
    const { columns, rows } = await askConsole<SqlAnswer>(endpoint, '/api/sql', {
      ...{ method: 'POST', body: { query }, timeout_ms: CONSOLE_MS },
    });
    return JSON.stringify({ meta: columns, data: rows, rows: rows.length });
  };
}

/** An answer with the logical names of its columns. @throws CliError if it is not JSON */
export function namedResult({ body, sql }: Answer): SqlResult {
  return logicalHeadings(sqlResult(body), sql);
}

/**
 * The rows of all versions of a dataset, the newest version first. A group with rows in two versions is in it twice, so a
 * line on standard error says that there are two.
 */
export function joined([newest, ...older]: [Answer, ...Answer[]]): SqlResult {
  const { meta, data } = namedResult(newest);
  const rows = [data, ...older.map((answer) => namedResult(answer).data)].flat();
  for (const { table } of older)
    console.error(`lb: rows of ${table} follow those of ${newest.table}; add up groups that are in both`);
  return { meta, data: rows, rows: rows.length };
}

/** Reads an answer with FORMAT JSON. @throws CliError if it is anything else */
export function sqlResult(body: string): SqlResult {
  let result: SqlResult;
  try {
    result = JSON.parse(body) as SqlResult;
  } catch {
    throw new CliError('the answer is not JSON; correct the address of the SQL API', EXIT.unreachable);
  }
  if (!Array.isArray(result?.meta) || !Array.isArray(result.data))
    throw new CliError(
      'the answer has no `meta` and `data`; correct the address of the SQL API',
      EXIT.unreachable,
    );
  return result;
}
