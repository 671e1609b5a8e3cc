#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';

// The `lb` command. A subcommand's module is loaded only when it is called: `lb validate` needs no SQL engine, and
// a build that runs `lb bundle-config` five times over starts quickly.

const COMMANDS: ReadonlyArray<{ name: string; summary: string; load(): Promise<Command> }> = [
  {
    name: 'validate',
    summary: 'check a configuration file and say all that is wrong with it',
    load: async () => (await import('./validate.ts')).validateCommand(),
  },
  {
    name: 'publish',
    summary: 'write a configuration file to KV as a new version',
    load: async () => (await import('./publish.ts')).publishCommand(),
  },
  {
    name: 'drain',
    summary: 'send new clients elsewhere, let sessions end: a pool or an origin',
    load: async () => (await import('./operate.ts')).operateCommand('drain'),
  },
  {
    name: 'maintenance',
    summary: 'take a pool or an origin out of traffic, or show the maintenance page of a balancer',
    load: async () => (await import('./operate.ts')).operateCommand('maintenance'),
  },
  {
    name: 'ready',
    summary: 'end a drain or a maintenance',
    load: async () => (await import('./operate.ts')).operateCommand('ready'),
  },
  {
    name: 'strategy',
    summary: 'check and publish strategies of your own',
    load: async () => (await import('./strategy/strategy.ts')).strategyCommand(),
  },
  {
    name: 'sql',
    summary: 'query traffic and health with SQL',
    load: async () => (await import('./sql.ts')).sqlCommand(),
  },
  {
    name: 'probe',
    summary: 'show what a probe of an origin sees',
    load: async () => (await import('./probe.ts')).probeCommand(),
  },
  {
    name: 'backtest',
    summary: 'replay recorded traffic through a strategy',
    load: async () => (await import('./backtest.ts')).backtestCommand(),
  },
  {
    name: 'deploy',
    summary: 'deploy all Workers, or one',
    load: async () => (await import('./deploy.ts')).deployCommand(),
  },
  {
    name: 'schema',
    summary: 'write plimsoll.schema.json for editors',
    load: async () => (await import('./schema.ts')).schemaCommand(),
  },
  {
    name: 'bundle-config',
    summary: 'write the configuration that a build bundles (run by wrangler)',
    load: async () => (await import('./bundle_config.ts')).bundleConfigCommand(),
  },
];

/** Builds the program: the called subcommand in full, the others as lines of the help. */
async function program(args: readonly string[]): Promise<Command> {
  const called = args.find((arg) => arg !== 'help' && !arg.startsWith('-'));
  const root = new Command('lb')
    .description('Plimsoll: check, publish, deploy and query a load balancer.')
    .version(version(), '--version', 'print the version of Plimsoll');
  for (const { name, summary, load } of COMMANDS) {
    if (name === called) root.addCommand((await load()).summary(summary));
    else root.command(name).summary(summary);
  }
  return root;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { version: string };
  return version;
}

const args = process.argv.slice(2);
await runTool('lb', async () => (await program(args)).parseAsync(args, { from: 'user' }));
