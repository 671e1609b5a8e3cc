import { Command } from 'commander';
import type { PreviewResult } from '../../shared/contracts/preview.ts';
import type { Config } from '../../shared/model/config.ts';
import { CliError } from '../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../project/environment.ts';
import { formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { printTable } from '../sql/print.ts';
import { askConsole, type ConsoleEndpoint, consoleEndpoint } from './console_client.ts';
import { localOption, remoteOption } from './environment_options.ts';

interface ProbeOptions extends EnvironmentOptions {
  config?: string;
  json?: boolean;
  console?: string;
}

/** What one monitor saw of one origin. */
type Seen = PreviewResult & { origin: string };

/** Origins that are probed at a time: a probe may take its whole time-out. */
const AT_A_TIME = 4;

/** `lb probe [ORIGIN]`: what a probe sees, without changing any state; exit code 1 if any origin is not well. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('Probe an origin now, on the road that real probes take. No state changes.')
    .argument('[origin]', '"POOL/ORIGIN"; all of them if none is named')
    .option('--config <file>', 'take origins and monitors from this file, not from what is published')
    .option('--json', 'print JSON')
    .option(
      '--console <url>',
      'address of the console (or PLIMSOLL_CONSOLE_URL; token: PLIMSOLL_CONSOLE_TOKEN)',
    )
    .addOption(localOption('ask'))
    .addOption(remoteOption('ask'))
    .action(async (origin: string | undefined, options: ProbeOptions) => {
      const seen = await run(origin, options);
      console.log(options.json === true ? JSON.stringify(seen, null, 2) : asTable(seen));
      process.exitCode = seen.every(({ outcome }) => outcome === 'success') ? 0 : 1;
    });
}

async function run(named: string | undefined, options: ProbeOptions): Promise<Seen[]> {
  const endpoint = consoleEndpoint(options, process.env);
  const config = options.config === undefined ? undefined : configIn(options.config, options);
  const origins = named === undefined ? await allOrigins(endpoint, config) : [named];
  const seen: Seen[] = [];
  for (let from = 0; from < origins.length; from += AT_A_TIME) {
    const some = origins.slice(from, from + AT_A_TIME).map(async (origin) => {
      const { results } = await askConsole<{ results: PreviewResult[] }>(endpoint, '/api/probe', {
        origin,
        config,
      });
      return results.map((result) => ({ origin, ...result }));
    });
    seen.push(...(await Promise.all(some)).flat());
  }
  if (seen.length === 0) throw new CliError(`no monitor probes ${named ?? 'any origin'}`);
  return seen;
}

function configIn(file: string, options: EnvironmentOptions): Config {
  const loaded = loadConfig(file, resolveEnvironment(options).kind);
  if (loaded.config !== undefined) return loaded.config;
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  throw new CliError(
    [`${file} cannot be used:`, ...formatProblems({ ...loaded, problems: errors })].join('\n'),
  );
}

async function allOrigins(endpoint: ConsoleEndpoint, config: Config | undefined): Promise<string[]> {
  if (config !== undefined)
    return Object.values(config.pools).flatMap(({ origins }) => origins.map(({ id }) => id));
  const { balancers } = await askConsole<{ balancers: { pools: { origins: { id: string }[] }[] }[] }>(
    endpoint,
    '/api/status',
  );
  return [
    ...new Set(balancers.flatMap(({ pools }) => pools.flatMap(({ origins }) => origins.map(({ id }) => id)))),
  ];
}

function asTable(seen: readonly Seen[]): string {
  return printTable({
    meta: [
      ...['origin', 'monitor', 'url', 'result'].map((name) => ({ name, type: 'String' })),
      { name: 'status', type: 'String' },
      { name: 'rtt_ms', type: 'Float64' },
    ],
    rows: seen.length,
    data: seen.map(({ origin, monitor, url, outcome, reason, detail, status, rtt_ms }) => ({
      origin,
      monitor,
      url,
      result:
        outcome === 'success'
          ? 'healthy'
          : outcome === 'lost'
            ? `not probed: ${detail ?? ''}`
            : (reason ?? 'other'),
      status: status === 0 ? '' : String(status),
      rtt_ms,
    })),
  });
}
