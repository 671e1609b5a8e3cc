#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';
import { explainFound } from './ledger/explain.ts';
import { judge } from './ledger/judge.ts';
import { markdown } from './report/markdown.ts';
import { timeline } from './report/timeline.ts';
import { type ChaosOptions, runChaos } from './run_chaos.ts';

// `npm run chaos`: breaks real processes under real load and judges what their users saw.

interface Options extends ChaosOptions {
  out?: string;
}

const program = new Command('npm run chaos --')
  .description('Break origins and Workers under load; exit code 1 if anything was lost, doubled or mixed up.')
  .option('--minutes <n>', 'length of the load, 1 or more', atLeast(1), 1)
  .option('--seed <n>', 'chooses faults and requests', atLeast(0), 1)
  .option('--rate <n>', 'requests a second', atLeast(1), 40)
  .option('--out <folder>', 'where the report goes (.plimsoll/chaos/MINUTES-SEED)')
  .allowExcessArguments(false)
  .action(chaos);

async function chaos({ out, ...options }: Options): Promise<void> {
  const { minutes, seed } = options;
  const started_at = Date.now();
  console.log(`${minutes} min of load with faults of seed ${seed}; building and starting …`);
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
  console.log(`${((Date.now() - started_at) / 1_000).toFixed(0)} s in all`);
  if (verdict.holds) return;
  console.error(`\n${explainFound(verdict.conditions, ledger)}`);
  process.exitCode = 1;
}

// A signal ends the processes that were started, too: their ends hang on this one's `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

await runTool('chaos', () => program.parseAsync());

function atLeast(least: number) {
  return (text: string) => {
    const number = Number(text);
    if (!(number >= least)) throw new InvalidArgumentError(`a number from ${least}`);
    return number;
  };
}
