import { CliError } from '../project/cli_error.ts';
import { type EnvironmentOptions, resolveEnvironment } from '../project/environment.ts';

/** Where a command reaches the console, and as whom. */
export interface ConsoleEndpoint {
  /** Without a trailing slash. */
  base_url: string;
  token?: string;
}

/**
 * The console of whichever system is meant. It is the one Worker for operators that has an address.
 * @param options.console its URL, where it is not the one that `npm start` runs
 * @throws CliError when production is meant and its address or token is missing
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
      'set PLIMSOLL_CONSOLE_URL, or give --console: https://plimsoll-console.YOUR-SUBDOMAIN.workers.dev; or ask with --local',
    );
  if (!token) throw new CliError('set PLIMSOLL_CONSOLE_TOKEN to the secret CONSOLE_TOKEN of the console');
  return { base_url: given.replace(/\/+$/, ''), token };
}

/** Long enough for a monitor's longest time-out of a minute. */
const TIMEOUT_MS = 90_000;

/**
 * Asks the console. @param body sent as JSON by POST; absent: GET
 * @throws CliError that says what is wrong, in the console's own words where it has some
 */
export async function askConsole<T>(
  { base_url, token }: ConsoleEndpoint,
  path: string,
  body?: unknown,
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
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new CliError(`no console answers at ${base_url}: is \`npm start\` running, or the address wrong?`);
  }
  const text = await response.text();
  let answer: (T & { error?: string }) | undefined;
  try {
    answer = JSON.parse(text) as T & { error?: string };
  } catch {
    // Said below.
  }
  if (!response.ok) throw new CliError(`${base_url}: ${answer?.error ?? `status ${response.status}`}`);
  if (answer === undefined) throw new CliError(`${base_url} does not answer with JSON: is this the console?`);
  return answer;
}
