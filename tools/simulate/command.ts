import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { CliError } from '../project/cli_error.ts';
import { announce } from '../project/progress.ts';
import { candidateOf } from './candidate.ts';
import { figuresOf } from './figures.ts';
import { loadScenario } from './load_scenario.ts';
import { plot } from './plot.ts';
import { presetReport, presetsNamed } from './preset_report.ts';
import { PRESETS } from './presets/index.ts';
import { difference, holds } from './presets/preset.ts';
import { report } from './report.ts';
import { type Run, simulate } from './run.ts';
import { runPreset } from './run_preset.ts';

/** The strategies that a scenario is run with if none is named. */
const DEFAULT_STRATEGIES = ['random', 'round_robin', 'least_outstanding_requests'];

interface Options {
  strategy?: string[];
  preset?: string;
  plot?: string;
  json?: boolean;
}

/** `lb simulate [SCENARIO]`, or `npm run simulate --`: runs scenarios in virtual time. @param name how it is called */
export function simulateCommand(name: string): Command {
  return new Command(name)
    .description('Run a scenario in virtual time with the shipped strategies.')
    .argument('[scenario]', 'scenario file; see docs/simulator.md')
    .option(
      '--strategy <strategy>',
      'a policy, {"policy": …, "options": …}, or the file of a script; repeat it to compare',
      (name: string, names: string[] = []) => [...names, name],
    )
    .option(
      '--preset <name>',
      `compare figures with known ones: ${[...PRESETS.map(({ name }) => name), 'all'].join(', ')}`,
    )
    .option('--plot <file>', 'write a plot (SVG) of latency and shares over time')
    .option('--json', 'print the figures as JSON')
    .allowExcessArguments(false)
    .action(async (file: string | undefined, options: Options) => {
      const { preset, strategy, plot: svg, json = false } = options;
      if (preset === undefined) {
        if (file === undefined)
          throw new CliError('there is nothing to run; name a scenario file or a --preset');
        await compareStrategies(file, options);
      } else if ((file ?? strategy ?? svg) === undefined) {
        comparePresets(preset, json);
      } else
        throw new CliError(
          '--preset has its own scenarios and strategies; leave out the scenario, --strategy and --plot',
        );
    });
}

async function compareStrategies(
  file: string,
  { strategy = DEFAULT_STRATEGIES, plot: svg, json }: Options,
): Promise<void> {
  const scenario = loadScenario(file);
  const candidates = await Promise.all(strategy.map(candidateOf));
  const started = performance.now();
  announce(`simulating ${strategy.join(', ')}`);
  const runs = candidates.map(({ steering, strategies }) => simulate(scenario, steering, strategies));
  const real_s = (performance.now() - started) / 1_000;
  const figures = runs.map(figuresOf);
  if (svg !== undefined) writePlot(svg, runs);
  if (json) {
    console.log(JSON.stringify(figures, undefined, 2));
    return;
  }
  const requests = figures.reduce((sum, run) => sum + run.requests, 0);
  console.log(report(figures));
  console.log(`\n${rate(requests, real_s)}`);
}

function writePlot(file: string, runs: readonly Run[]): void {
  try {
    writeFileSync(file, plot(runs));
  } catch (error) {
    throw new CliError(
      `--plot: the file cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function comparePresets(name: string, json: boolean): void {
  const started = performance.now();
  const results = presetsNamed(name).map((preset) => {
    announce(`simulating ${preset.name}`);
    const result = runPreset(preset);
    if (!json) console.log(`${presetReport(result)}\n`);
    return result;
  });
  const rows = results.flatMap((result) => result.rows);
  const failed = rows.filter((row) => !holds(row));
  const requests = results.reduce((sum, result) => sum + result.requests, 0);
  if (json) {
    const judged = rows.map((row) => ({ ...row, difference: difference(row), holds: holds(row) }));
    console.log(JSON.stringify(judged, undefined, 2));
  } else {
    console.log(`${rows.length - failed.length} of ${rows.length} figures are within their tolerance`);
    console.log(rate(requests, (performance.now() - started) / 1_000));
  }
  if (failed.length > 0) process.exitCode = 1;
}

function rate(requests: number, real_s: number): string {
  const per_s = Math.round(requests / real_s).toLocaleString('en-US');
  return `${requests.toLocaleString('en-US')} requests in ${real_s.toFixed(1)} s: ${per_s} per second`;
}
