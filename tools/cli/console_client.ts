import { CliError } from '../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../project/environment.ts';

/** The console's address, and the token to show it. */
export interface ConsoleEndpoint {
  /** Without a trailing slash. */
  base_url: string;
  token?: string;
}

/**
 * The console of the environment in which a command acts.
 * @param options.console URL of the console; default: $PLIMSOLL_CONSOLE_URL, or locally the console of `npm start`
 * @throws CliError if the command acts in production and the address or the token is missing
 */
export function consoleEndpoint(
  options: EnvironmentOptions & { console?: string },
  env: NodeJS.ProcessEnv,
): ConsoleEndpoint {
  const given = options.console ?? env['PLIMSOLL_CONSOLE_URL'];
  const token = env['PLIMSOLL_CONSOLE_TOKEN'];
  const environment = resolveEnvironment(options, env);
  if (environment.kind === 'local')
    return {
      base_url: (given || `http://127.0.0.1:${environment.local.console_port}`).replace(/\/+$/, ''),
      ...(token ? { token } : {}),
    };
  if (!given)
    throw new CliError(
      'the address of the console is missing; set PLIMSOLL_CONSOLE_URL or --console to https://plimsoll-console.YOUR-SUBDOMAIN.workers.dev, or use --local',
    );
  if (!token)
    throw new CliError(
      'the token of the console is missing; set PLIMSOLL_CONSOLE_TOKEN to its secret CONSOLE_TOKEN',
    );
  return { base_url: given.replace(/\/+$/, ''), token };
}

/** Longer than a monitor's longest timeout, which is a minute. */
const TIMEOUT_MS = 90_000;

/** Nothing answers at the console's address. */
export class NoConsole extends CliError {}

/**
 * Asks the console.
 * @param body is sent as JSON by POST; without it, the request is a GET
 * @throws NoConsole if nothing answers in time
 * @throws CliError with the console's own message, if it sends one
 */
export async function askConsole<T>(
  { base_url, token }: ConsoleEndpoint,
  path: string,
  body?: unknown,
  timeout_ms = TIMEOUT_MS,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${base_url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout_ms),
    });
  } catch {
    throw new NoConsole(
      `no console answers at ${base_url}; start one with \`npm start\`, or correct the address`,
    );
  }
  const text = await response.text();
  let answer: (T & { error?: string }) | undefined;
  try {
    answer = JSON.parse(text) as T & { error?: string };
  } catch {
    // Not JSON: reported below.
  }
  if (!response.ok) throw new CliError(`${base_url}: ${answer?.error ?? `status ${response.status}`}`);
  if (answer === undefined)
    throw new CliError(`${base_url} does not answer with JSON; set --console to the address of a console`);
  return answer;
}
