import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { inRoot } from '../project/root.ts';
import { DEMO_ORIGINS } from './demo_origins.ts';

/** The configuration that `npm start` runs when it is not given one. */
export const DEMO_CONFIG = inRoot('tools', 'local', 'demo.jsonc');

/** What `npm start` was asked to run. */
export interface StartOptions {
  /** Absolute path of the configuration file. */
  config: string;
  /** Whether the demo origins run. */
  demo: boolean;
  /** The first demo origin's; the others follow. */
  demo_port: number;
  gateway_port: number;
  console_port: number;
  sql_port: number;
  /** The SQL API keeps one row in so many, as Analytics Engine does under load; 1 keeps all. */
  sample: number;
}

/** The command line of `npm start`. */
export function startCommand(): Command {
  return new Command('npm start --')
    .description('Run all of Plimsoll on this machine.')
    .option('--config <file>', 'the configuration (default: three demo origins)')
    .option('--no-demo', 'leave the demo origins out')
    .option('--port <n>', 'port of the gateway', port, 8787)
    .option('--console-port <n>', 'port of the console', port, 8788)
    .option('--sql-port <n>', 'port of the local SQL API', port, 8789)
    .option(
      '--demo-port <n>',
      'port of the first demo origin; the others have the next ones',
      whole(1, 65_535 - (DEMO_ORIGINS.length - 1)),
      9101,
    )
    .option('--sample <n>', 'keep one row in n, as Analytics Engine does under load', whole(1, 1_000_000), 1)
    .allowExcessArguments(false);
}

/**
 * Reads the arguments that follow `npm start --`.
 * @throws what commander does: by default it prints one line and ends the process with 1
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
  return whole(1, 65_535)(text);
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,9}$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
