import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { wholeNumber } from '../project/number_option.ts';

export interface DemoOriginOptions {
  /** The answer to `/`, without its line break. */
  name: string;
  /** Median time until `/` and `/echo` are answered. */
  latency_ms: number;
}

/**
 * An origin for demonstrations.
 *
 * - `/` answers its name, after its latency ± 25 %
 * - `/echo` answers the request as JSON: method, path, query, headers and body
 * - `/health` answers 200 at once
 * - `/slow?ms=N` answers its name after N milliseconds
 * - `/status/NNN` answers that status
 */
export function demoOrigin({ name, latency_ms }: DemoOriginOptions): Server {
  const jitter = seeded(name);
  return createServer(async (request, response) => {
    // The base only completes the URL. The client's host is in the headers.
    const url = new URL(request.url ?? '/', 'http://origin');
    const delay_ms = latency_ms * (0.75 + 0.5 * jitter());
    const status = /^\/status\/([1-5]\d\d)$/.exec(url.pathname)?.[1];
    if (url.pathname === '/health') return answer(response, 200, 'ok\n');
    if (status !== undefined) return answer(response, Math.max(200, Number(status)), `${status}\n`);
    if (url.pathname === '/slow') {
      await sleep(Math.min(Number(url.searchParams.get('ms') ?? 1_000) || 0, 600_000));
      return answer(response, 200, `${name}\n`);
    }
    if (url.pathname === '/echo') {
      const body = await text(request);
      if (body === undefined) return;
      await sleep(delay_ms);
      const seen = { origin: name, method: request.method, url: request.url, query: url.search.slice(1) };
      return answer(
        response,
        200,
        `${JSON.stringify({ ...seen, headers: request.headers, body }, undefined, 2)}\n`,
        'application/json',
      );
    }
    await sleep(delay_ms);
    answer(response, 200, `${name}\n`);
  });
}

function answer(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Reads the whole body; undefined if the client broke off. */
async function text(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Random numbers from 0 to 1 that are the same in every run: mulberry32, seeded with the name. */
function seeded(name: string): () => number {
  let state = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const options = new Command('demo_origin')
    .requiredOption('--name <name>', 'name that it answers')
    .requiredOption('--port <port>', 'port of 127.0.0.1 on which it listens', wholeNumber(1, 65_535))
    .option('--latency-ms <ms>', 'median time until it answers', wholeNumber(0), 5)
    .parse()
    .opts<{ name: string; port: number; latencyMs: number }>();
  demoOrigin({ name: options.name, latency_ms: options.latencyMs }).listen(options.port, '127.0.0.1');
}
