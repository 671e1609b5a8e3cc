import { Command, Option } from 'commander';
import { type SqlEndpoint, SqlRequestError, type SqlResult, sendSql } from '../sql/client.ts';
import { logicalHeadings } from '../sql/headings.ts';
import { namedQueries } from '../sql/named.ts';
import { printCsv, printJson, printTable } from '../sql/print.ts';
import { bindSince, DEFAULT_SINCE } from '../sql/since.ts';
import { is, SqlError, significant, tokenize } from '../sql/tokens.ts';
import { translate } from '../sql/translate.ts';
import { CliError } from './cli_error.ts';
import { resolveTarget, type TargetOptions } from './target.ts';

interface SqlOptions extends TargetOptions {
  query?: string;
  list?: boolean;
  since?: string;
  json?: boolean;
  csv?: boolean;
  explain?: boolean;
}

/** `lb sql`: queries traffic and health by logical names, in production or locally. */
export function sqlCommand(): Command {
  return new Command('sql')
    .description('Query traffic and health with SQL. Tables: traffic, health; columns: docs/sql.md.')
    .argument('[sql]', 'for example "SELECT origin, sum(_sample_interval) AS n FROM traffic GROUP BY origin"')
    .option('-q, --query <name>', 'a query that ships with Plimsoll')
    .option('--list', 'list those queries')
    .option('--since <span>', `what {since} in a query means: 90s, 15m, 1h, 7d (default: ${DEFAULT_SINCE})`)
    .addOption(new Option('--json', 'print an array of rows').conflicts('csv'))
    .option('--csv', 'print comma-separated values')
    .option('--explain', 'print the SQL as it would be sent, and send nothing')
    .addOption(new Option('--local', 'ask what `npm start` runs').conflicts('remote'))
    .option('--remote', 'ask production (the default when CLOUDFLARE_API_TOKEN is set)')
    .action(async (sql: string | undefined, options: SqlOptions) => {
      try {
        console.log(await run(sql, options));
      } catch (error) {
        if (error instanceof SqlError || error instanceof SqlRequestError || error instanceof RangeError)
          throw new CliError(error.message);
        throw error;
      }
    });
}

async function run(written: string | undefined, options: SqlOptions): Promise<string> {
  if (options.list) return listing();
  const asked = queryOf(written, options.query);
  const { sql: bound, places } = bindSince(asked, options.since ?? DEFAULT_SINCE);
  if (options.since !== undefined && places === 0)
    throw new CliError('--since has no effect: write {since} as a condition in the query, after WHERE');
  const sql = translate(bound);
  if (options.explain) return sql;
  const body = await sendSql(endpoint(options, process.env), sql);
  return hasFormat(sql) ? body.trimEnd() : printed(body, sql, options);
}

function queryOf(written: string | undefined, name: string | undefined): string {
  if (name === undefined) {
    if (written === undefined)
      throw new CliError('write a query, or name one with --query; --list lists them');
    return written;
  }
  if (written !== undefined) throw new CliError('write a query or name one with --query, not both');
  const queries = namedQueries();
  const found = queries.find((query) => query.name === name);
  if (!found)
    throw new CliError(`no query \`${name}\`: there are ${queries.map((query) => query.name).join(', ')}`);
  return found.sql;
}

function listing(): string {
  const queries = namedQueries();
  const width = Math.max(...queries.map(({ name }) => name.length));
  return queries.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n');
}

/** PLIMSOLL_SQL_URL stands for the base URL of whichever it is, production or local. */
function endpoint(options: SqlOptions, env: NodeJS.ProcessEnv): SqlEndpoint {
  const target = resolveTarget(options, env);
  const override = env['PLIMSOLL_SQL_URL'];
  if (target.kind === 'local')
    return { base_url: override || `http://127.0.0.1:${target.local.sql_port}`, account: 'local' };
  const token = env['CLOUDFLARE_API_TOKEN'];
  const account = env['CLOUDFLARE_ACCOUNT_ID'];
  if (!token) throw new CliError('--remote needs CLOUDFLARE_API_TOKEN, a token with Account Analytics: Read');
  if (!account)
    throw new CliError(
      'CLOUDFLARE_API_TOKEN is set, so CLOUDFLARE_ACCOUNT_ID is needed too; or ask with --local',
    );
  return { base_url: override || 'https://api.cloudflare.com', account, token };
}

/** A query with its own FORMAT is printed as the API answers. */
function hasFormat(sql: string): boolean {
  const code = significant(tokenize(sql));
  return code.some(
    (token, index) => is(token, 'FORMAT') && is(code[index + 1], 'JSON', 'JSONEACHROW', 'TABSEPARATED'),
  );
}

function printed(body: string, sql: string, options: SqlOptions): string {
  let result: SqlResult;
  try {
    result = JSON.parse(body) as SqlResult;
  } catch {
    throw new CliError('the answer is not JSON: is this the SQL API?');
  }
  if (!Array.isArray(result?.meta) || !Array.isArray(result.data))
    throw new CliError('the answer has no meta and data: is this the SQL API?');
  const named = logicalHeadings(result, sql);
  if (options.json) return printJson(named);
  return options.csv ? printCsv(named) : printTable(named);
}
