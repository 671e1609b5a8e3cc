import { CliError, EXIT } from '../../project/cli_error.ts';
import { withProgress } from '../../project/progress.ts';
import type { ConsoleEndpoint } from './endpoint.ts';
import { ConsoleRefusal, type RefusalBody } from './refusal.ts';
import { type Received, send } from './send.ts';

/** The longest answers, those about the largest configurations, take two seconds. */
const TIMEOUT_MS = 15_000;

/** A request to the console. */
export interface Asked {
  /** Default: GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Is sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** For what takes the console longer than 15 s. */
  timeout_ms?: number;
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
  { method = 'GET', body, headers = {}, timeout_ms = TIMEOUT_MS }: Asked = {},
): Promise<T> {
  const { base_url, token } = endpoint;
  let received: Received;
  try {
    const sent = send(
      `${base_url}${path}`,
      {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      timeout_ms,
    );
    received = await withProgress(`the console at ${base_url}`, sent);
  } catch (error) {
    throw unreachable(endpoint, error, timeout_ms);
  }
  let answer: (T & RefusalBody) | undefined;
  try {
    answer = JSON.parse(received.body) as T & RefusalBody;
  } catch {
    // Not JSON: reported below.
  }
  const { status } = received;
  const is_good = status >= 200 && status <= 299;
  if (answer === undefined || (!is_good && answer.error === undefined && answer.errors === undefined))
    throw new CliError(
      `${base_url} does not answer as a console does (status ${status}); correct its address, or look at what stands in front of it`,
      EXIT.unreachable,
    );
  if (!is_good) throw new ConsoleRefusal(endpoint, status, answer);
  return answer;
}

function unreachable({ base_url, kind }: ConsoleEndpoint, error: unknown, timeout_ms: number): CliError {
  const is_silent = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  const text = is_silent
    ? `the console at ${base_url} has not answered for ${timeout_ms / 1_000} s; look at its log, or start it again`
    : `no console answers at ${base_url} (${reasonOf(error)}); ${kind === 'local' ? 'start one with `npm start`' : 'look at the network'}, or correct the address`;
  return new CliError(text, EXIT.unreachable);
}

/** `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
