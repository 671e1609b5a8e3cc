import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** A request with a text as its body. */
export interface Sent {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/** The answer to it. */
export interface Received {
  status: number;
  body: string;
}

/**
 * Sends a request and waits for the whole answer. Redirects are not followed, because a token would go elsewhere. It is not `fetch`,
 * whose library takes several times as long to load, and commands of `lb` should answer in 300 ms.
 * @throws Error if nothing answers within `timeout_ms`, or the address is wrong
 */
export function send(url: string, { method, headers, body }: Sent, timeout_ms: number): Promise<Received> {
  const signal = AbortSignal.timeout(timeout_ms);
  return new Promise((resolve, reject) => {
    const over = url.startsWith('https:') ? overHttps : overHttp;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    over(url, { method, headers: { ...headers, ...length }, signal }, (response) => {
      const status = response.statusCode ?? 0;
      text(response).then((body) => resolve({ status, body }), reject);
    })
      .once('error', reject)
      .end(body);
  });
}
