import { Command, Option } from 'commander';
import { type Answer, askAll } from '../../shared/analytics/sql/ask.ts';
import { bindSince, DEFAULT_SINCE } from '../../shared/analytics/sql/since.ts';
import { is, SqlError, significant, tokenize } from '../../shared/analytics/sql/tokens.ts';
import { translations } from '../../shared/analytics/sql/translate.ts';
import { didYouMean } from '../../shared/suggest.ts';
import { CliError, EXIT } from '../project/cli_error.ts';
import { namedQueries } from '../sql/named.ts';
import { printCsv, printJson, printTable } from '../sql/print.ts';
import type { ConsoleOptions } from './console/endpoint.ts';
import { localOption, profileOption, remoteOption } from './environment_options.ts';
import { sinceOption } from './since_option.ts';
import { joined, namedResult, sqlSender } from './sql_endpoint.ts';

interface SqlOptions extends ConsoleOptions {
  query?: string;
  list?: boolean;
  since?: string;
  json?: boolean;
  csv?: boolean;
  explain?: boolean;
}

/** `lb sql`: queries the datasets by the logical names of their columns, in production or locally. */
export function sqlCommand(): Command {
  return new Command('sql')
    .description(
      'Query traffic and health with SQL. The tables are traffic, health and mirror; see docs/sql.md.',
    )
    .argument('[sql]', 'for example "SELECT origin, sum(_sample_interval) AS n FROM traffic GROUP BY origin"')
    .option('-q, --query <name>', 'run a named query')
    .option('--list', 'list the named queries')
    .addOption(sinceOption('the span that replaces {since}', DEFAULT_SINCE))
    .addOption(new Option('--json', 'print an array of rows').conflicts('csv'))
    .option('--csv', 'print comma-separated values')
    .option('--explain', 'print the SQL that would be sent, and send nothing')
    .addOption(profileOption())
    .addOption(localOption('ask'))
    .addOption(remoteOption('ask'))
    .action(async (sql: string | undefined, options: SqlOptions) => {
      try {
        console.log(await run(sql, options));
      } catch (error) {
        if (error instanceof SqlError) throw new CliError(error.message);
        throw error;
      }
    });
}

async function run(written: string | undefined, options: SqlOptions): Promise<string> {
  if (options.list) return listing();
  const asked = queryOf(written, options.query);
  const { sql: bound, places } = bindSince(asked, options.since ?? DEFAULT_SINCE);
  if (options.since !== undefined && places === 0)
    throw new CliError(
      '--since has no effect without {since} in the query; write {since} as a condition after WHERE',
      EXIT.usage,
    );
  if (options.explain) return explained(bound);
  const answers = await askAll(sqlSender(options, process.env), bound);
  if (hasFormat(bound)) return answers.map(({ body }) => body.trimEnd()).join('\n');
  return printed(answers, options);
}

function queryOf(written: string | undefined, name: string | undefined): string {
  if (name === undefined) {
    if (written === undefined)
      throw new CliError(
        'there is no query; write one, or name one of `lb sql --list` with --query',
        EXIT.usage,
      );
    return written;
  }
  if (written !== undefined)
    throw new CliError('there are two queries; write one or name one with --query', EXIT.usage);
  const queries = namedQueries();
  const found = queries.find((query) => query.name === name);
  if (found) return found.sql;
  const names = queries.map((query) => query.name);
  const meant = didYouMean(name, names, '`') || `; there are ${names.join(', ')}`;
  throw new CliError(`--query: there is no query \`${name}\`${meant}`, EXIT.usage);
}

function listing(): string {
  const queries = namedQueries();
  const width = Math.max(...queries.map(({ name }) => name.length));
  return queries.map(({ name, description }) => `${name.padEnd(width)}  ${description}`).join('\n');
}

/** Whether a query has its own FORMAT. Its answer is printed as it comes. */
function hasFormat(sql: string): boolean {
  const code = significant(tokenize(sql));
  return code.some(
    (token, index) => is(token, 'FORMAT') && is(code[index + 1], 'JSON', 'JSONEACHROW', 'TABSEPARATED'),
  );
}

function explained(sql: string): string {
  const [newest, ...older] = translations(sql).map((one) => one.sql);
  return [newest, ...older.map((one) => `-- and for older rows, if there are any:\n${one}`)].join('\n\n');
}

function printed(answers: [Answer, ...Answer[]], options: SqlOptions): string {
  if (options.json) return printJson(joined(answers));
  if (options.csv) return printCsv(joined(answers));
  if (answers.length === 1) return printTable(namedResult(answers[0]));
  return answers.map((answer) => `${answer.table}\n${printTable(namedResult(answer))}`).join('\n\n');
}
