#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander';
import { runTool } from '../project/run_tool.ts';
import { type BodyBenchOptions, benchBodies } from './bodies.ts';
import { bodyFigures, bodyTable } from './bodies_table.ts';
import { benchChain, type ChainOptions } from './chain.ts';
import { chainFigures, chainTable } from './chain_table.ts';
import { benchStrategies, type StrategyBenchOptions } from './strategies.ts';
import { strategyFigures, strategyTable } from './strategies_table.ts';

// `npm run bench`. One subcommand a bench; the chain is what runs when none is named.

const program = new Command('bench').description(
  'Measure in interleaved rounds: production bundles under plain workerd, or strategies by themselves.',
);

program
  .command('chain', { isDefault: true })
  .description('CPU and rate of a bare Worker, of an empty chain of two, and of Plimsoll')
  .option('--rounds <n>', 'rounds per target', above0, 9)
  .option('--seconds <s>', 'length of one round', above0, 1.2)
  .option('--connections <n>', 'concurrent connections', above0, 16)
  .option('--json', 'print figures as JSON')
  .action(async ({ json, ...options }: ChainOptions & { json?: boolean }) => {
    const result = await benchChain(options);
    console.log(json === true ? JSON.stringify(chainFigures(result), undefined, 2) : chainTable(result));
  });

program
  .command('strategies')
  .description('Microseconds a decision of every strategy, by number of origins')
  .option('--rounds <n>', 'rounds per strategy and number of origins', above0, 41)
  .option('--batch-ms <ms>', 'length of one round', above0, 2)
  .option('--builds <n>', 'rounds of making tables', above0, 5)
  .option('--json', 'print figures as JSON')
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
  .description('CPU of uploads in 1-byte chunks, and of an event that is watched for idleness or not')
  .option('--rounds <n>', 'rounds per target', above0, 9)
  .option('--events <n>', 'events of one stream', above0, 1_000)
  .option('--json', 'print figures as JSON')
  .action(async ({ json, ...options }: BodyBenchOptions & { json?: boolean }) => {
    const result = await benchBodies(options);
    console.log(json === true ? JSON.stringify(bodyFigures(result), undefined, 2) : bodyTable(result));
  });

await runTool('bench', () => program.parseAsync());

function above0(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('a number above 0');
  return number;
}
