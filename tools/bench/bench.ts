#!/usr/bin/env node
import { Command } from 'commander';
import { numberAbove0, numberOfAtLeast, wholeNumber } from '../project/number_option.ts';
import { runTool } from '../project/run_tool.ts';
import { type ApiBenchOptions, benchApi } from './api.ts';
import { apiFigures, apiTable } from './api_table.ts';
import { type BodyBenchOptions, benchBodies } from './bodies.ts';
import { bodyFigures, bodyTable } from './bodies_table.ts';
import { benchChain, type ChainOptions } from './chain.ts';
import { chainFigures, chainTable } from './chain_table.ts';
import { benchControl, type ControlOptions } from './control.ts';
import { controlFigures, controlTable } from './control_table.ts';
import { benchGrowth, type GrowthOptions } from './growth.ts';
import { growthFigures, growthTable } from './growth_table.ts';
import { benchLb, type LbOptions, lbTable } from './lb_commands.ts';
import { benchPage, type PageBenchOptions } from './page.ts';
import { pageFigures, pageTable } from './page_table.ts';
import { benchStrategies, type StrategyBenchOptions } from './strategies.ts';
import { strategyFigures, strategyTable } from './strategies_table.ts';

// `npm run bench`. Each benchmark is a subcommand; `chain` is the default.

const program = new Command('bench').description(
  'Measure production bundles in plain workerd, or strategies by themselves, in interleaved rounds.',
);

program
  .command('chain', { isDefault: true })
  .description('Measure CPU and requests per second of a bare Worker, of two empty Workers, and of Plimsoll.')
  .option('--rounds <n>', 'rounds per target', wholeNumber(1), 9)
  .option('--seconds <s>', 'length of one round', numberAbove0, 1.2)
  .option('--connections <n>', 'concurrent connections', wholeNumber(1), 16)
  .option('--json', 'print the figures as JSON')
  .action(async ({ json, ...options }: ChainOptions & { json?: boolean }) => {
    const result = await benchChain(options);
    console.log(json === true ? JSON.stringify(chainFigures(result), undefined, 2) : chainTable(result));
  });

program
  .command('strategies')
  .description('Measure the time per decision of every strategy, by number of origins.')
  .option('--rounds <n>', 'rounds per strategy and number of origins', wholeNumber(1), 41)
  .option('--batch-ms <ms>', 'length of one round', numberAbove0, 2)
  .option('--builds <n>', 'rounds in which tables are built', wholeNumber(1), 5)
  .option('--json', 'print the figures as JSON')
  .action(
    ({
      rounds,
      builds,
      batchMs,
      json,
    }: Omit<StrategyBenchOptions, 'batch_ms'> & { batchMs: number; json?: boolean }) => {
      const cells = benchStrategies({ rounds, builds, batch_ms: batchMs });
      console.log(
        json === true ? JSON.stringify(strategyFigures(cells), undefined, 2) : strategyTable(cells),
      );
    },
  );

program
  .command('bodies')
  .description('Measure CPU of uploads in 1-byte chunks, and of events with and without an idle timeout.')
  .option('--rounds <n>', 'rounds per target', wholeNumber(1), 9)
  .option('--events <n>', 'events of one stream', wholeNumber(1), 1_000)
  .option('--json', 'print the figures as JSON')
  .action(async ({ json, ...options }: BodyBenchOptions & { json?: boolean }) => {
    const result = await benchBodies(options);
    console.log(json === true ? JSON.stringify(bodyFigures(result), undefined, 2) : bodyTable(result));
  });

program
  .command('growth')
  .description(
    'Measure what a large configuration costs: for each request, in memory, and while it is replaced.',
  )
  .option('--balancers <n>', 'load balancers of the large configuration', wholeNumber(1), 1_000)
  .option('--origins <n>', 'origins of the large configuration', wholeNumber(1), 8_000)
  .option('--rounds <n>', 'rounds per configuration', wholeNumber(1), 15)
  .option('--seconds <s>', 'length of one round', numberAbove0, 1.2)
  .option('--connections <n>', 'concurrent connections in a round', wholeNumber(1), 16)
  .option('--publications <n>', 'publications under a steady load', wholeNumber(1), 6)
  .option(
    '--rate <n>',
    'requests per second of the steady load (default: a fifth of the throughput)',
    wholeNumber(1),
  )
  .option('--json', 'print the figures as JSON')
  .action(
    async ({
      rate,
      json,
      ...options
    }: Omit<GrowthOptions, 'requests_per_s'> & { rate?: number; json?: boolean }) => {
      const result = await benchGrowth({ ...options, requests_per_s: rate });
      console.log(
        json === true
          ? JSON.stringify(growthFigures(result), undefined, 2)
          : growthTable(result, { ...options, requests_per_s: rate }),
      );
    },
  );

program
  .command('control')
  .description(
    'Count the operations of many gateways in several data centres, and measure how soon all of them follow a change.',
  )
  .option('--gateways <n>', 'gateways, each in a process of its own', wholeNumber(1), 20)
  .option('--centres <n>', 'data centres, each with a cache and a view of KV', wholeNumber(1), 4)
  .option('--rate <r>', 'requests per second for each gateway', numberOfAtLeast(0.5), 3)
  .option('--seconds <s>', 'time in which operations are counted', numberAbove0, 60)
  .option('--rev <revision>', 'revision to compare with', '5be447b')
  .option('--no-rev', 'compare with no other revision')
  .option('--json', 'print the figures as JSON')
  .action(async ({ json, ...options }: ControlOptions & { json?: boolean }) => {
    const result = await benchControl(options, (line) => console.error(line));
    console.log(json === true ? JSON.stringify(controlFigures(result), undefined, 2) : controlTable(result));
  });

program
  .command('lb')
  .description(
    'Measure how long commands of lb take against the console of `npm start`, whose configuration they change.',
  )
  .option('--runs <n>', 'runs of each command', wholeNumber(1), 30)
  .option('--origin <pool/origin>', 'origin whose weight and state change', 'demo/one')
  .option('--json', 'print the figures as JSON')
  .action(({ json, ...options }: LbOptions & { json?: boolean }) => {
    const figures = benchLb(options);
    console.log(json === true ? JSON.stringify(figures, undefined, 2) : lbTable(figures));
  });

program
  .command('api')
  .description("Create a large account through the console's API, and measure every call.")
  .option('--balancers <n>', 'load balancers, with two pools each', wholeNumber(1), 1_000)
  .option('--origins <n>', 'origins of each pool', wholeNumber(1), 4)
  .option('--calls <n>', 'calls of each kind that count, at the start and at the end', wholeNumber(1), 100)
  .option('--json', 'print the figures as JSON')
  .action(async ({ json, ...options }: ApiBenchOptions & { json?: boolean }) => {
    const result = await benchApi(options);
    console.log(json === true ? JSON.stringify(apiFigures(result), undefined, 2) : apiTable(result));
  });

program
  .command('page')
  .description("Measure the console's page over a large account with 90 days of traffic, and its queries.")
  .option('--rows <n>', 'rows of traffic', wholeNumber(1), 5_000_000)
  .option('--pools <n>', 'pools, each of a load balancer of its own', wholeNumber(1), 40)
  .option('--origins <n>', 'origins of all pools together', wholeNumber(1), 200)
  .option('--runs <n>', 'times that each query is asked', wholeNumber(1), 5)
  .option('--json', 'print the figures as JSON')
  .action(async ({ json, ...options }: PageBenchOptions & { json?: boolean }) => {
    const result = await benchPage(options, (line) => console.error(line));
    console.log(json === true ? JSON.stringify(pageFigures(result), undefined, 2) : pageTable(result));
  });

await runTool('bench', () => program.parseAsync());
