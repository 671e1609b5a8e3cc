import { Command } from 'commander';
import { isToken } from '../../../shared/contracts/access.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { type JsonOption, say, withJson } from '../say.ts';
import { webAddress } from '../web_address.ts';
import { LOCAL_PROFILE, type Profiles, profilesFile, readProfiles, writeProfiles } from './profiles.ts';
import { readSecret } from './read_secret.ts';

const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** `lb profile`: the consoles that somebody works with, each under a name. */
export function profileCommand(): Command {
  const command = new Command('profile').description(
    'Keep the addresses and tokens of consoles under names. `local` is the system of `npm start`, and needs none.',
  );
  withJson(
    command
      .command('add')
      .summary('keep a console under a name')
      .description(
        'Keep a console under a name. The token is asked for, or read from standard input; it is never an argument, because others can see those.',
      )
      .argument('<name>', 'production, staging, …')
      .argument('<url>', 'address of the console'),
    'the profile without its token',
  ).action(add);
  withJson(
    command.command('list').summary('list the profiles').description('List the profiles.'),
    'the list',
  ).action(list);
  withJson(
    command
      .command('use')
      .summary('use a profile from now on')
      .description('Use a profile from now on, where neither an option nor a variable names another console.')
      .argument('<name>', 'name of the profile, or local'),
    'the name',
  ).action(use);
  withJson(
    command
      .command('remove')
      .summary('forget a profile')
      .description('Forget a profile and its token. The token itself stays valid: `lb token revoke` ends it.')
      .argument('<name>', 'name of the profile'),
    'the name',
  ).action(remove);
  return command;
}

async function add(name: string, url: string, options: JsonOption): Promise<void> {
  if (!NAME.test(name) || name === LOCAL_PROFILE)
    throw new CliError(
      `a profile has 1 to 32 small letters, digits, "-" or "_", and is not "${LOCAL_PROFILE}"; got "${name}"`,
      EXIT.usage,
    );
  const address = webAddress(url, 'a console', 'https://plimsoll-console.YOUR-SUBDOMAIN.workers.dev');
  const token = await readSecret(`Token of ${address}: `);
  if (!isToken(token))
    throw new CliError('that is no token; a token is `plimsoll_` and 43 characters', EXIT.usage);
  change(({ current, profiles }) => ({
    current: current ?? name,
    profiles: { ...profiles, [name]: { console: address, token } },
  }));
  say(
    options,
    { name, console: address },
    () => `${name} is ${address}; commands use it with --profile ${name}`,
  );
}

function list(options: JsonOption): void {
  const { current = LOCAL_PROFILE, profiles } = readProfiles(profilesFile(process.env));
  const all = [
    { name: LOCAL_PROFILE, console: 'the system of `npm start`' },
    ...Object.entries(profiles).map(([name, { console: address }]) => ({ name, console: address })),
  ].map((one) => ({ ...one, current: one.name === current }));
  say(options, all, () =>
    all
      .map(({ name, console: address, current: used }) => `${used ? '*' : ' '} ${name}  ${address}`)
      .join('\n'),
  );
}

function use(name: string, options: JsonOption): void {
  change(({ profiles }) => {
    if (name === LOCAL_PROFILE) return { profiles };
    requireProfile(profiles, name);
    return { current: name, profiles };
  });
  say(options, { name }, () => `commands use ${name} from now on`);
}

function remove(name: string, options: JsonOption): void {
  change(({ current, profiles: before }) => {
    requireProfile(before, name);
    const profiles = Object.fromEntries(Object.entries(before).filter(([other]) => other !== name));
    return { profiles, ...(current === undefined || current === name ? {} : { current }) };
  });
  say(options, { name }, () => `${name} is forgotten; its token stays valid until \`lb token revoke\``);
}

function change(next: (before: Profiles) => Profiles): void {
  const file = profilesFile(process.env);
  writeProfiles(file, next(readProfiles(file)));
}

function requireProfile(profiles: Profiles['profiles'], name: string): void {
  if (Object.hasOwn(profiles, name)) return;
  throw new CliError(`there is no profile "${name}"; \`lb profile list\` lists them`, EXIT.usage);
}
