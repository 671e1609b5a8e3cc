import { Command, Option } from 'commander';
import { versionsOf } from '../../shared/analytics/sql/ask.ts';
import { translate } from '../../shared/analytics/sql/translate.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import type { Level } from '../../shared/strategies/policy.ts';
import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import { backtestReport, limits } from '../backtest/backtest_report.ts';
import { readTraffic, type Traffic } from '../backtest/read_traffic.ts';
import { replay } from '../backtest/replay.ts';
import { assertReplayable, levelOf, policiesMissing, steered } from '../backtest/steered.ts';
import { CliError } from '../project/cli_error.ts';
import { resolveEnvironment } from '../project/environment.ts';
import { formatProblems } from '../project/format_problems.ts';
import { type LoadedConfig, loadConfig, readConfig } from '../project/load_config.ts';
import { wholeNumber } from '../project/number_option.ts';
import { announce } from '../project/progress.ts';
import { candidateOf } from '../simulate/candidate.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { historyApi } from './console/history_api.ts';
import { localOption, profileOption, remoteOption } from './environment_options.ts';
import { openKvStore } from './open_kv_store.ts';
import { placeOf } from './profile/chosen_profile.ts';
import { readPublished } from './published.ts';
import { sinceOption } from './since_option.ts';
import { sqlResult, sqlSender } from './sql_endpoint.ts';

interface BacktestOptions extends ConsoleOptions {
  strategy?: string;
  among?: Level;
  balancer?: string;
  since: string;
  /** Most rows to read. */
  rows: number;
  seed: number;
  json?: boolean;
}

/** `lb backtest [FILE]`: decides recorded requests again with another strategy. */
export function backtestCommand(): Command {
  return new Command('backtest')
    .description(
      'Replay recorded traffic through a strategy, and print shares, estimated first-byte times, and how many requests and clients would move.',
    )
    .argument('[file]', 'configuration file (default: the published configuration)')
    .option(
      '--strategy <strategy>',
      'a policy, {"policy": …, "options": …}, or the file of a script (default: as configured)',
    )
    .addOption(
      new Option('--among <level>', 'what the strategy ranks (default: origins, if it can)').choices([
        'origins',
        'pools',
      ]),
    )
    .option('--balancer <id>', 'only traffic of this load balancer')
    .addOption(sinceOption('how far back to read').default('1d'))
    .option('--rows <n>', 'most rows to read; newer rows come first', wholeNumber(1), 100_000)
    .option(
      '--seed <n>',
      'seed of the random numbers; the same seed gives the same result',
      wholeNumber(0),
      1,
    )
    .option('--json', 'print JSON')
    .addOption(profileOption())
    .addOption(localOption('read the traffic of'))
    .addOption(remoteOption('read the traffic of'))
    .action(async (file: string | undefined, options: BacktestOptions) =>
      console.log(await run(file, options)),
    );
}

async function run(file: string | undefined, options: BacktestOptions): Promise<string> {
  const { since, balancer, among, json, rows: limit, seed } = options;
  const send = sqlSender(options, process.env);
  const candidate = options.strategy === undefined ? undefined : await candidateOf(options.strategy);
  const strategies = candidate?.strategies ?? STRATEGIES;
  // A wrong file is found without a server. Without a file, whether anybody answers is known sooner than what is published.
  const stored = file === undefined ? await versionsOf(send, 'traffic') : undefined;
  const document = await (file === undefined ? published(options) : fromFile(file, options));
  let { config } = document;
  if (balancer !== undefined && !config.balancers.some(({ id }) => id === balancer))
    throw new CliError(
      `--balancer: the configuration has no load balancer "${balancer}"; it has ${config.balancers.map(({ id }) => id).join(', ')}`,
    );
  let strategy = 'as configured';
  if (candidate !== undefined) {
    const { steering } = candidate;
    const level = among ?? levelOf(steering.policy);
    config = steered(config, steering, level);
    assertReplayable(config, steering, level, strategies);
    strategy = `${options.strategy} among ${level}`;
  }
  const [missing] = policiesMissing(config, strategies);
  if (missing !== undefined)
    throw new CliError(
      `the configuration uses "${missing}", a published script that a backtest cannot load; name its file with --strategy`,
    );

  const ask = async (sql: string) => sqlResult(await send(translate(sql))).data;
  const traffic = await readTraffic(ask, stored ?? (await versionsOf(send, 'traffic')), {
    since,
    balancer,
    limit,
  });
  if (traffic.rows.length === 0) throw new CliError(`no traffic is recorded in the last ${since}`);
  announce(`deciding ${traffic.rows.length} requests again`);
  const outcome = replay({
    rows: traffic.rows,
    config: { ...document, config },
    strategies,
    seed,
    clock: () => performance.now(),
  });
  if (json) {
    const read = {
      rows: traffic.rows.length,
      all_rows: traffic.all_rows,
      all_requests: traffic.all_requests,
    };
    return JSON.stringify({ strategy, seed, read, ...outcome, cannot_know: limits(outcome) }, null, 2);
  }
  const configuration = file ?? `published version ${document.version}`;
  return backtestReport(outcome, { strategy, traffic: described(traffic), configuration, seed });
}

/** The configuration in force: the newest one of the console of a profile, else what KV holds. */
async function published(options: BacktestOptions): Promise<ConfigDocument> {
  const place = placeOf(options, process.env);
  if (place.profile !== undefined) return newestOf(options);
  const environment = resolveEnvironment(place.options);
  await using store = await openKvStore(environment);
  const document = await readPublished(store);
  if (document === undefined)
    throw new CliError(`nothing is published in ${environment.kind}; name a configuration file`);
  return document;
}

async function newestOf(options: ConsoleOptions): Promise<ConfigDocument> {
  const { version, source } = await historyApi(consoleEndpoint(options, process.env)).head();
  if (version === null) throw new CliError('nothing is published there; name a configuration file');
  return documentOf(readConfig('the published configuration', source, 'production'), version.version);
}

/** Bare IP addresses are valid locally alone. */
function fromFile(file: string, options: BacktestOptions): ConfigDocument {
  const place = placeOf(options, process.env);
  const kind = place.profile === undefined ? resolveEnvironment(place.options).kind : 'production';
  return documentOf(loadConfig(file, kind), 0);
}

function documentOf({ file, config, problems }: LoadedConfig, version: number): ConfigDocument {
  if (config === undefined)
    throw new CliError(
      formatProblems({ file, problems: problems.filter((one) => one.severity === 'error') }).join('\n'),
    );
  return { format: 1, version, hash: '', published_at: '', config };
}

function described({ rows, all_rows, all_requests }: Traffic): string {
  const time = (at: number | undefined) => new Date(at ?? 0).toISOString().slice(0, 19).replace('T', ' ');
  const span = `${time(rows[0]?.at)} to ${time(rows.at(-1)?.at)} UTC`;
  const cut = rows.length < all_rows ? `the newest ${rows.length} of ` : '';
  return `${cut}${all_rows} rows, which stand for ${all_requests} requests, ${span}`;
}
