import { readFileSync } from 'node:fs';
import { CliError, EXIT } from '../../project/cli_error.ts';
import { type Environment, type EnvironmentOptions, resolveEnvironment } from '../../project/environment.ts';
import { placeOf } from '../profile/chosen_profile.ts';
import { webAddress } from '../web_address.ts';

const EXAMPLE = 'https://plimsoll-console.YOUR-SUBDOMAIN.workers.dev';

/** Options of commands that ask the console. */
export interface ConsoleOptions extends EnvironmentOptions {
  /** URL of the console. */
  console?: string;
  /** Name of a profile. */
  profile?: string;
}

/** The console's address, and the token to show it. */
export interface ConsoleEndpoint {
  /** Without a trailing slash. */
  base_url: string;
  token?: string;
  /** The environment that it belongs to. */
  kind: Environment['kind'];
}

/**
 * The console of the environment in which a command acts. The environment is production with `--remote`, $PLIMSOLL_CONSOLE_URL or
 * $CLOUDFLARE_API_TOKEN, unless `--local` says otherwise.
 *
 * A profile brings its address and its token (chosen_profile.ts says when). Otherwise the token is $PLIMSOLL_TOKEN. For the console of `npm start`, it is otherwise the one in the file that `npm start` wrote.
 * @throws CliError if the command acts in production and the address or the token is missing
 */
export function consoleEndpoint(given_options: ConsoleOptions, env: NodeJS.ProcessEnv): ConsoleEndpoint {
  const place = placeOf(given_options, env);
  if (place.profile !== undefined)
    return { base_url: place.profile.console, token: place.profile.token, kind: 'production' };
  const { options } = place;
  const { PLIMSOLL_CONSOLE_URL: url, PLIMSOLL_TOKEN: token } = env;
  const remote = options.remote === true || (Boolean(url) && options.console === undefined);
  const environment = resolveEnvironment({ ...options, remote }, env);
  if (environment.kind === 'local') return localEndpoint(options.console, token, environment.local);
  const given = options.console ?? url;
  if (!given)
    throw new CliError(
      `the address of the console is missing; set PLIMSOLL_CONSOLE_URL or --console to ${EXAMPLE}, or use --local`,
      EXIT.usage,
    );
  if (!token)
    throw new CliError(
      'the token of the console is missing; set PLIMSOLL_TOKEN to its secret ADMIN_TOKEN or to a token of `lb token new`',
      EXIT.usage,
    );
  return { base_url: addressOf(given), token: checkedToken(token), kind: 'production' };
}

/** @param given an address; any other than that of `npm start` must not see the token of `npm start` */
function localEndpoint(
  given: string | undefined,
  token: string | undefined,
  { console_port, token_file }: { console_port: number; token_file: string },
): ConsoleEndpoint {
  const base_url = addressOf(given ?? `http://127.0.0.1:${console_port}`);
  const { hostname, port } = new URL(base_url);
  const is_own = LOOPBACK.includes(hostname) && port === String(console_port);
  const shown = token || (is_own ? tokenIn(token_file) : undefined);
  return { base_url, kind: 'local', ...(shown ? { token: checkedToken(shown) } : {}) };
}

function tokenIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // `npm start` has never run here. The console's answer says what is missing.
    return undefined;
  }
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

function addressOf(url: string): string {
  return webAddress(url, 'a console', EXAMPLE);
}

/** @throws CliError if a header cannot hold it, which else looks as if no console answered */
function checkedToken(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CliError(
    'PLIMSOLL_TOKEN has a space, a line break or another character that no token has; set it to plimsoll_ and 43 characters',
    EXIT.usage,
  );
}
