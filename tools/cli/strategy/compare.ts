import { Command } from 'commander';
import { askAll } from '../../../shared/analytics/sql/ask.ts';
import { bindSince, DEFAULT_SINCE } from '../../../shared/analytics/sql/since.ts';
import type { SqlResult } from '../../sql/client.ts';
import { namedQueries } from '../../sql/named.ts';
import { printJson, printTable } from '../../sql/print.ts';
import type { ConsoleOptions } from '../console/endpoint.ts';
import { localOption, profileOption, remoteOption } from '../environment_options.ts';
import { sinceOption } from '../since_option.ts';
import { joined, sqlSender } from '../sql_endpoint.ts';
import { movedClients } from './moved_clients.ts';

interface CompareOptions extends ConsoleOptions {
  since: string;
  json?: boolean;
}

/** `lb strategy compare`: prints strategies, canaries and shadows side by side, from recorded traffic. */
export function compareCommand(): Command {
  return new Command('compare')
    .summary('compare strategies, canaries and shadows')
    .description('Print strategies, canaries and shadows side by side, from recorded traffic.')
    .addOption(sinceOption('how far back to read').default(DEFAULT_SINCE))
    .option('--json', 'print an object with the lists `variants`, `shadows` and `moved`')
    .addOption(profileOption())
    .addOption(localOption('read the traffic of'))
    .addOption(remoteOption('read the traffic of'))
    .action(async (options: CompareOptions) => console.log(await run(options)));
}

async function run(options: CompareOptions): Promise<string> {
  const variants = withShare(await ask('strategy-variants', options));
  const shadows = await ask('shadow-differences', options);
  const moved = movedClients(await ask('client-origins', options));
  const all = { variants, shadows, moved };
  if (options.json)
    return `{${Object.entries(all)
      .map(([name, result]) => `"${name}": ${printJson(result)}`)
      .join(',\n')}}`;
  if (variants.data.length === 0) return `no traffic in the last ${options.since}`;
  return Object.values(all)
    .filter(({ data }) => data.length > 0)
    .map(printTable)
    .join('\n\n');
}

async function ask(name: string, options: CompareOptions): Promise<SqlResult> {
  const query = namedQueries().find((one) => one.name === name);
  if (query === undefined) throw new Error(`no query ${name}`);
  return joined(await askAll(sqlSender(options, process.env), bindSince(query.sql, options.since).sql));
}

/** Adds the column `share` behind `requests`: the share of the pool's requests. The SQL API has no window functions. */
export function withShare(result: SqlResult): SqlResult {
  const poolOf = (row: Record<string, unknown>) => JSON.stringify([row['balancer'], row['pool']]);
  const totals = new Map<string, number>();
  for (const row of result.data)
    totals.set(poolOf(row), (totals.get(poolOf(row)) ?? 0) + Number(row['requests']));
  return {
    ...result,
    meta: result.meta.flatMap((column) =>
      column.name === 'requests' ? [column, { name: 'share', type: 'Float64' }] : [column],
    ),
    data: result.data.map((row) => ({
      ...row,
      share: Number(row['requests']) / (totals.get(poolOf(row)) ?? 1),
    })),
  };
}
