import { Agent, request } from 'node:http';
import { bodyOf } from '../../../tools/harness/http_server.ts';

/** An answer of the console. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

/** What to send. */
export interface Sent {
  token?: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/**
 * Sends a request whose path arrives exactly as it is given: `fetch` would first resolve `//`, `%2e` and the like.
 * @param base `http://127.0.0.1:PORT`
 */
export async function send(
  base: string,
  method: string,
  path: string,
  { token, body, headers = {} }: Sent = {},
): Promise<Answer> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  const { hostname, port } = new URL(base);
  const sent = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(json === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(json)) }),
    ...headers,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request({ hostname, port, method, path, headers: sent, agent }, (response) => {
    bodyOf(response).then(
      (text) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: text.toString() }),
      reject,
    );
  });
  outgoing.on('error', reject).end(json);
  return promise;
}

/** Sends a request and reads its answer as JSON. @throws Error unless the status is 200 */
export async function ask<T>(base: string, method: string, path: string, sent: Sent): Promise<T> {
  const { status, text } = await send(base, method, path, sent);
  if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

/** The `result` of an answer of Cloudflare's API. @throws Error unless the status is 200 */
export async function result<T = { id: string }>(
  base: string,
  method: string,
  path: string,
  sent: Sent,
): Promise<T> {
  return (await ask<{ result: T }>(base, method, path, sent)).result;
}

/** Does something with every item, a few at a time. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
