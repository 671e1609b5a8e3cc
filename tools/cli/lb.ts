import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT } from '../project/cli_error.ts';
import { inRoot } from '../project/root.ts';
import { runTool } from '../project/run_tool.ts';
import { SUBCOMMANDS } from './commands.ts';
import { withExamples } from './examples.ts';

const EXIT_CODES = [
  `${EXIT.done} done`,
  `${EXIT.refused} refused, or a check fails`,
  `${EXIT.usage} wrong usage`,
  `${EXIT.unreachable} no server answers`,
].join('; ');

/** Builds the `lb` command: the called subcommand in full, the others as lines of the help. */
async function program(args: readonly string[]): Promise<Command> {
  const called = args.find((arg) => arg !== 'help' && !arg.startsWith('-'));
  const root = new Command('lb')
    .description('Check, publish, deploy and query Plimsoll, a load balancer of Cloudflare Workers.')
    .version(version(), '--version', 'print the version')
    .addHelpText('after', `\nExit codes: ${EXIT_CODES}.`);
  for (const { name, summary, load } of SUBCOMMANDS) {
    if (name === called) root.addCommand(withExamples((await load()).summary(summary)));
    else root.command(name).summary(summary);
  }
  return throwing(root);
}

/** Makes a command and its subcommands throw, because by themselves they exit with 1 after a mistake in the command line. */
function throwing(command: Command): Command {
  for (const one of command.commands) throwing(one);
  return command.exitOverride();
}

/** Runs `lb`. Commander has already printed what is wrong with the command line. */
async function run(args: readonly string[]): Promise<void> {
  try {
    await (await program(args)).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { version: string };
  return version;
}

const args = process.argv.slice(2);
await runTool('lb', () => run(args));
