import { Agent, type IncomingMessage, request } from 'node:http';
import { bodyOf } from '../../harness/http_server.ts';

/** Calls one console, one call after the other, and remembers how long each took. */
export class TimedClient {
  readonly #base: string;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #times = new Map<string, number[]>();

  /** @param base `http://127.0.0.1:PORT` */
  constructor(base: string, token: string) {
    this.#base = base;
    this.#token = token;
  }

  /**
   * Sends a call and reads the whole answer.
   * @param kind under which its time is remembered
   * @param more further headers
   * @throws Error if the status is not 200
   */
  async call(
    kind: string,
    method: string,
    path: string,
    body?: object,
    more: Record<string, string> = {},
  ): Promise<unknown> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const began_at = performance.now();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        ...more,
        authorization: `Bearer ${this.#token}`,
        ...(json === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
      };
      request(`${this.#base}${path}`, { method, agent: this.#agent, headers }, resolve)
        .on('error', reject)
        .end(json);
    });
    const text = (await bodyOf(response)).toString();
    const ms = performance.now() - began_at;
    if (response.statusCode !== 200)
      throw new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 500)}`);
    const times = this.#times.get(kind);
    if (times === undefined) this.#times.set(kind, [ms]);
    else times.push(ms);
    return JSON.parse(text) as unknown;
  }

  /** Milliseconds of each call of a kind, in order. */
  times(kind: string): readonly number[] {
    return this.#times.get(kind) ?? [];
  }

  close(): void {
    this.#agent.destroy();
  }
}
