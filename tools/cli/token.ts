import { Command, InvalidArgumentError, Option } from 'commander';
import { type CreatedToken, SCOPES, type Scope, type TokenInfo } from '../../shared/contracts/access.ts';
import { CliError, EXIT } from '../project/cli_error.ts';
import { askConsole } from './console/ask.ts';
import { type ConsoleOptions, consoleEndpoint } from './console/endpoint.ts';
import { withConsoleOptions } from './environment_options.ts';
import { type JsonOption, say } from './say.ts';

interface NewOptions extends ConsoleOptions, JsonOption {
  scope: Scope;
  expires?: number;
  print?: boolean;
}

/** `lb token new|list|revoke`: tokens of the console. */
export function tokenCommand(): Command {
  const command = new Command('token').description('Create, list and revoke tokens of the console.');
  withConsoleOptions(
    command
      .command('new')
      .summary('create a token and show it once')
      .description(
        'Create a token and show it once. With --print, only make up the text of a token, for the secret ADMIN_TOKEN.',
      )
      .argument('[name]', 'what the token is for, for the audit')
      .addOption(new Option('--scope <scope>', 'what it allows').choices(SCOPES).default('read'))
      .option('--expires <days>', 'days after which it ends (default: never)', days)
      .option('--print', 'make up a text and ask no console'),
    'create it in',
  ).action(create);
  withConsoleOptions(
    command.command('list').summary('list the tokens').description('List the tokens, without their texts.'),
    'ask',
  ).action(list);
  withConsoleOptions(
    command
      .command('revoke')
      .summary('end a token')
      .description('End a token at once.')
      .argument('<id>', 'id of the token, as in `lb token list`'),
    'revoke it in',
  ).action(revoke);
  return command;
}

async function create(name: string | undefined, options: NewOptions): Promise<void> {
  if (options.print === true) {
    // These modules load only where they are needed, so that other commands start sooner.
    const token = (await import('../project/new_token.ts')).newToken();
    say(options, { token }, () => token);
    return;
  }
  if (name === undefined)
    throw new CliError('name the token: `lb token new ci`; or --print only makes up a text', EXIT.usage);
  const { scope, expires } = options;
  const ends =
    expires === undefined ? {} : { expires_at: new Date(Date.now() + expires * DAY_MS).toISOString() };
  const created = await askConsole<CreatedToken>(consoleEndpoint(options, process.env), '/api/tokens', {
    method: 'POST',
    body: { name, scope, ...ends },
  });
  const { token, id } = created;
  // Alone on standard output, so that a script can store it.
  say(options, created, () => token);
  console.error(`note: token ${id} allows ${scope}. It is not shown again; set PLIMSOLL_TOKEN to it`);
}

async function list(options: ConsoleOptions & JsonOption): Promise<void> {
  const { tokens } = await askConsole<{ tokens: TokenInfo[] }>(
    consoleEndpoint(options, process.env),
    '/api/tokens',
  );
  const { textTable } = await import('../project/text_table.ts');
  const rows = tokens.map(({ id, name, scope, status, created_at, expires_at, last_used_at }) => [
    id,
    name.replace(/\p{Cc}/gu, '\u00b7'),
    scope,
    status,
    day(created_at),
    expires_at === null ? 'never' : day(expires_at),
    last_used_at === null ? 'never' : day(last_used_at),
  ]);
  say(options, tokens, () =>
    rows.length === 0
      ? 'there are no tokens besides ADMIN_TOKEN; create one with `lb token new NAME`'
      : textTable(['id', 'name', 'scope', 'status', 'created', 'ends', 'last used'], rows),
  );
}

async function revoke(id: string, options: ConsoleOptions & JsonOption): Promise<void> {
  await askConsole(consoleEndpoint(options, process.env), `/api/tokens/${encodeURIComponent(id)}`, {
    method: 'DELETE',
  });
  say(options, { id, revoked: true }, () => `token ${id} is revoked`);
}

const DAY_MS = 86_400_000;

function day(time: string): string {
  return time.slice(0, 10);
}

function days(text: string): number {
  const number = Number(text.replace(/d$/, ''));
  if (Number.isFinite(number) && number > 0 && number <= 36_500) return number;
  throw new InvalidArgumentError('It must be a number of days: 90, or 90d.');
}
