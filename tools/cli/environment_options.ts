import { type Command, Option } from 'commander';
import { withJson } from './say.ts';

// The options that choose an environment. Every command that acts in one takes both, so that none accepts them together.

/** `--local`. @param how what the command does there: `publish to`, `ask` */
export function localOption(how: string): Option {
  return new Option('--local', `${how} the system that \`npm start\` runs`).conflicts('remote');
}

/** `--remote`. @param how what the command does there: `publish to`, `ask` */
export function remoteOption(how: string): Option {
  return new Option('--remote', `${how} production (the default when CLOUDFLARE_API_TOKEN is set)`);
}

/** `--profile`. */
export function profileOption(): Option {
  return new Option(
    '--profile <name>',
    'a console of `lb profile`, or local (default: LB_PROFILE, then the one of `lb profile use`)',
  ).conflicts(['console', 'local', 'remote']);
}

/**
 * The options of a command that asks the console.
 * @param how what the command does in the environment: `publish to`, `ask`
 * @param json what `--json` prints
 */
export function withConsoleOptions(command: Command, how: string, json = 'the result'): Command {
  const remote = `${how} production (the default when PLIMSOLL_CONSOLE_URL or CLOUDFLARE_API_TOKEN is set)`;
  return withJson(command, json)
    .option(
      '--console <url>',
      'address of the console (default: PLIMSOLL_CONSOLE_URL; its token is PLIMSOLL_TOKEN)',
    )
    .addOption(profileOption())
    .addOption(localOption(how))
    .addOption(new Option('--remote', remote));
}

/** The options of a command that changes the configuration of a console: {@link withConsoleOptions}, and how. */
export function withChangeOptions(command: Command): Command {
  command
    .option('--comment <text>', 'why, for the history')
    .option('--force', 'change it even if a load balancer then has nothing usable');
  return withConsoleOptions(withWaitOption(command), 'change');
}

/** `--wait`. */
export function withWaitOption(command: Command): Command {
  return command.option('--wait', 'wait until KV has the change');
}
