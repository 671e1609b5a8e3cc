import { CliError, EXIT } from '../../project/cli_error.ts';
import type { ConsoleEndpoint } from './endpoint.ts';
import { ConsoleRefusal, type RefusalBody } from './refusal.ts';

/** Longer than a monitor's longest timeout, which is a minute. */
const TIMEOUT_MS = 90_000;

/** A request to the console. */
export interface Asked {
  /** Default: GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Is sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/**
 * Asks the console.
 * @returns its JSON
 * @throws {ConsoleRefusal} with the console's own message, if it refuses
 * @throws CliError with exit code 3 if nothing answers in time
 */
export async function askConsole<T>(
  endpoint: ConsoleEndpoint,
  path: string,
  { method = 'GET', body, headers = {} }: Asked = {},
): Promise<T> {
  const { base_url, token } = endpoint;
  let response: Response;
  try {
    response = await fetch(`${base_url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new CliError(
      `no console answers at ${base_url}; start one with \`npm start\`, or correct the address`,
      EXIT.unreachable,
    );
  }
  const text = await response.text();
  let answer: (T & RefusalBody) | undefined;
  try {
    answer = JSON.parse(text) as T & RefusalBody;
  } catch {
    // Not JSON: reported below.
  }
  if (!response.ok) throw new ConsoleRefusal(endpoint, response.status, answer ?? {});
  if (answer === undefined)
    throw new CliError(
      `${base_url} does not answer with JSON; correct the address of the console`,
      EXIT.unreachable,
    );
  return answer;
}
