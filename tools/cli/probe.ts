import { Command } from 'commander';
import type { PreviewResult } from '../../shared/contracts/preview.ts';
import type { Config } from '../../shared/model/config.ts';
import { CliError, EXIT } from '../project/cli_error.ts';
import { formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { printTable } from '../sql/print.ts';
import { askConsole } from './console/ask.ts';
import { type ConsoleEndpoint, type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { withConsoleOptions } from './environment_options.ts';
import { say } from './say.ts';

interface ProbeOptions extends ConsoleOptions {
  config?: string;
  json?: boolean;
}

/** The result of one monitor's probe of one origin. */
type Seen = PreviewResult & { origin: string };

/** Longer than a monitor's longest timeout, which is a minute. */
const PROBE_MS = 90_000;
/** Origins that are probed at the same time, because a probe may take as long as its timeout. */
const AT_A_TIME = 4;

/** `lb probe [ORIGIN]`: probes origins without changing any state. The exit code is 1 if a probe does not succeed. */
export function probeCommand(): Command {
  const command = new Command('probe')
    .description('Probe an origin now, in the same way as the health Worker. Its state does not change.')
    .argument('[origin]', 'POOL/ORIGIN (default: every origin)')
    .option(
      '--config <file>',
      'read origins and monitors from this file (default: the published configuration)',
    );
  return withConsoleOptions(command, 'ask').action(
    async (origin: string | undefined, options: ProbeOptions) => {
      const seen = await run(origin, options);
      say(options, seen, () => asTable(seen));
      process.exitCode = seen.every(({ outcome }) => outcome === 'success') ? 0 : 1;
    },
  );
}

async function run(named: string | undefined, options: ProbeOptions): Promise<Seen[]> {
  if (named !== undefined && !named.includes('/'))
    throw new CliError(`"${named}" is not an origin; name it as POOL/ORIGIN`, EXIT.usage);
  const endpoint = consoleEndpoint(options, process.env);
  const config = options.config === undefined ? undefined : configIn(options.config, endpoint.kind);
  const origins = named === undefined ? await allOrigins(endpoint, config) : [named];
  const seen: Seen[] = [];
  for (let from = 0; from < origins.length; from += AT_A_TIME) {
    const some = origins.slice(from, from + AT_A_TIME).map(async (origin) => {
      const { results } = await askConsole<{ results: PreviewResult[] }>(endpoint, '/api/probe', {
        method: 'POST',
        body: { origin, config },
        timeout_ms: PROBE_MS,
      });
      return results.map((result) => ({ origin, ...result }));
    });
    seen.push(...(await Promise.all(some)).flat());
  }
  if (seen.length === 0)
    throw new CliError(`no monitor probes ${named ?? 'any origin'}; set \`monitor\` of its pool`);
  return seen;
}

function configIn(file: string, kind: ConsoleEndpoint['kind']): Config {
  const loaded = loadConfig(file, kind);
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
