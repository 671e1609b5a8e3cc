import { Command, Option } from 'commander';
import { configuredIn } from '../cost/configured.ts';
import { DEFAULTS, type Deployment } from '../cost/deployment.ts';
import type { Plan } from '../cost/limits.ts';
import { reportOf, reportText } from '../cost/report.ts';
import { CliError } from '../project/cli_error.ts';
import { formatProblems } from '../project/format_problems.ts';
import { loadConfig } from '../project/load_config.ts';
import { numberAbove0, numberOfAtLeast, share, wholeNumber } from '../project/number_option.ts';
import { DEFAULT_CONFIG_FILE } from '../project/root.ts';

interface CostOptions {
  isolates: number;
  centres: number;
  requests: number;
  changes: number;
  outages: number;
  cache: boolean;
  coordinator: boolean;
  sample?: number;
  cpuMs: number;
  plan: Plan;
  json?: boolean;
}

/** `lb cost [FILE]`: what a deployment of this size reads, writes and costs, and what breaks first. */
export function costCommand(): Command {
  return new Command('cost')
    .description('Estimate what a deployment reads, writes and costs, and say what breaks first.')
    .argument('[file]', 'configuration file with the origins and monitors', DEFAULT_CONFIG_FILE)
    .option('--isolates <n>', 'warm isolates of the gateway', wholeNumber(1), DEFAULTS.isolates)
    .option('--centres <n>', 'data centres that have isolates', wholeNumber(1), DEFAULTS.centres)
    .option(
      '--requests <n>',
      'requests per second, all together',
      numberOfAtLeast(0),
      DEFAULTS.requests_per_s,
    )
    .option('--changes <n>', 'publications a day', numberOfAtLeast(0), DEFAULTS.publications_per_day)
    .option(
      '--outages <n>',
      'origins that go down and come back, a day',
      numberOfAtLeast(0),
      DEFAULTS.outages_per_day,
    )
    .option(
      '--sample <share>',
      'share of requests that write a data point (default: `metrics.sample` of the load balancers)',
      share,
    )
    .option('--cpu-ms <ms>', 'processor time of a request in all Workers', numberAbove0, DEFAULTS.cpu_ms)
    .option('--no-cache', "without the data centre's cache, as on *.workers.dev")
    .option('--no-coordinator', 'without the binding CONTROL: isolates read KV')
    .addOption(
      new Option('--plan <plan>', 'which plan of Cloudflare').choices(['free', 'paid']).default('paid'),
    )
    .option('--json', 'print JSON')
    .action((file: string, options: CostOptions) => {
      const report = reportOf(deploymentOf(file, options), options.plan);
      console.log(options.json === true ? JSON.stringify(report, null, 2) : reportText(report));
    });
}

function deploymentOf(file: string, options: CostOptions): Deployment {
  // Bare IP addresses matter to a deployment, not to its costs.
  const loaded = loadConfig(file, 'local');
  if (loaded.config === undefined) {
    const errors = loaded.problems.filter(({ severity }) => severity === 'error');
    throw new CliError(
      [`${file} cannot be used:`, ...formatProblems({ ...loaded, problems: errors })].join('\n'),
    );
  }
  return {
    ...DEFAULTS,
    isolates: options.isolates,
    centres: options.centres,
    requests_per_s: options.requests,
    publications_per_day: options.changes,
    outages_per_day: options.outages,
    cpu_ms: options.cpuMs,
    cache: options.cache,
    coordinator: options.coordinator,
    ...configuredIn(loaded.config),
    ...(options.sample === undefined ? {} : { sample: options.sample }),
  };
}
