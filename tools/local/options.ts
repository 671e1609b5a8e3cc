import { resolve } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../project/number_option.ts';
import { inRoot } from '../project/root.ts';
import { DEMO_ORIGINS } from './demo_origins.ts';

/** The configuration that `npm start` runs by default. */
export const DEMO_CONFIG = inRoot('tools', 'local', 'demo.jsonc');

/** The options of `npm start`. */
export interface StartOptions {
  /** Absolute path of the configuration file. */
  config: string;
  /** Whether the demo origins run. */
  demo: boolean;
  /** Port of the first demo origin. The others have the following ports. */
  demo_port: number;
  gateway_port: number;
  console_port: number;
  sql_port: number;
  /** The SQL API keeps one of this many rows, as Analytics Engine does under load; 1 keeps all. */
  sample: number;
}

/** The command line of `npm start`. */
export function startCommand(): Command {
  return new Command('npm start --')
    .description('Run all of Plimsoll on this machine.')
    .option('--config <file>', 'configuration file (default: three demo origins)')
    .option('--no-demo', 'run without the demo origins')
    .option('--port <n>', 'port of the gateway', port, 8787)
    .option('--console-port <n>', 'port of the console', port, 8788)
    .option('--sql-port <n>', 'port of the local SQL API', port, 8789)
    .option(
      '--demo-port <n>',
      'port of the first demo origin; the others have the following ports',
      wholeNumber(1, 65_535 - (DEMO_ORIGINS.length - 1)),
      9101,
    )
    .option(
      '--sample <n>',
      'keep one of n rows, as Analytics Engine does under load',
      wholeNumber(1, 1_000_000),
      1,
    )
    .allowExcessArguments(false);
}

/**
 * Reads the arguments after `npm start --`. For invalid ones, commander prints one line and exits with 1.
 */
export function startOptions(args: readonly string[], command = startCommand()): StartOptions {
  const said = command.parse(args, { from: 'user' }).opts<{
    config?: string;
    demo: boolean;
    demoPort: number;
    port: number;
    consolePort: number;
    sqlPort: number;
    sample: number;
  }>();
  return {
    config: said.config === undefined ? DEMO_CONFIG : resolve(said.config),
    demo: said.demo,
    demo_port: said.demoPort,
    gateway_port: said.port,
    console_port: said.consolePort,
    sql_port: said.sqlPort,
    sample: said.sample,
  };
}

function port(text: string): number {
  return wholeNumber(1, 65_535)(text);
}
