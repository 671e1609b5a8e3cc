#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { numberOfAtLeast, wholeNumber } from '../project/number_option.ts';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';
import { explainFound } from './ledger/explain.ts';
import { judge } from './ledger/judge.ts';
import { markdown } from './report/markdown.ts';
import { timeline } from './report/timeline.ts';
import { type ChaosOptions, runChaos } from './run_chaos.ts';

// `npm run chaos`: breaks real processes under load and judges what their users saw.

interface Options extends ChaosOptions {
  out?: string;
}

const program = new Command('npm run chaos --')
  .description(
    'Break origins and Workers under load. The exit code is 1 if a request was lost, executed twice or mixed up.',
  )
  .option('--minutes <n>', 'length of the load, at least 0.5', numberOfAtLeast(0.5), 1)
  .option('--seed <n>', 'seed of faults and requests; the same seed gives the same ones', wholeNumber(0), 1)
  .option('--rate <n>', 'requests per second', numberOfAtLeast(1), 40)
  .option('--publish', 'publish a configuration every second, from the first fault to the last', false)
  .option('--out <folder>', 'folder for the report (default: .plimsoll/chaos/MINUTES-SEED)')
  .allowExcessArguments(false)
  .action(chaos);

async function chaos({ out, ...options }: Options): Promise<void> {
  const { minutes, seed } = options;
  const started_at = Date.now();
  console.log(`Starting ${minutes} min of load with the faults of seed ${seed} …`);
  const ledger = await runChaos(options, ({ kind, target, for_ms, at_ms }) => {
    console.log(
      `${(at_ms / 1_000).toFixed(1).padStart(6)} s  ${kind} ${target}, ${(for_ms / 1_000).toFixed(1)} s`,
    );
  });
  const verdict = judge(ledger);
  const folder = out ?? inRoot('.plimsoll', 'chaos', `${minutes}-${seed}`);
  mkdirSync(folder, { recursive: true });
  const report = markdown(ledger, verdict);
  writeFileSync(join(folder, 'report.md'), report);
  writeFileSync(join(folder, 'timeline.svg'), timeline(ledger));
  writeFileSync(
    join(folder, 'report.json'),
    JSON.stringify({ ...options, ...verdict, faults: ledger.faults }, undefined, 2),
  );
  writeFileSync(join(folder, 'ledger.json'), JSON.stringify(ledger));
  writeFileSync(join(folder, 'workers.log'), ledger.output);
  console.log(`\n${report}\n${folder}: report.md, report.json, timeline.svg, ledger.json, workers.log`);
  console.log(`${((Date.now() - started_at) / 1_000).toFixed(0)} s in total`);
  if (verdict.holds) return;
  console.error(`\n${explainFound(verdict.conditions, ledger)}`);
  process.exitCode = 1;
}

// On a signal, exit normally: the listeners of `exit` end the processes that were started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

await runTool('chaos', () => program.parseAsync());
