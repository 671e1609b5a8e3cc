import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, listen } from './http_server.ts';
import { echoFrames } from './web_socket.ts';

/** How an origin handles a request. */
export type Behaviour =
  /** Answers 200. */
  | 'ok'
  /** Accepts and reads, and never answers. */
  | 'hang'
  /** Ends the connection before an answer. */
  | 'reset'
  /** Declares 1000 bytes, sends 500 and ends the connection. */
  | 'half_body'
  /** Answers with something that is not HTTP. */
  | 'garbage'
  /** Answers with this status. */
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Answers after this many milliseconds. */
  | { delay_ms: number }
  /** Handles the request as a test needs. */
  | ((request: IncomingMessage, response: ServerResponse) => void | Promise<void>);

/** The JSON answer of `/echo`. */
export interface Echo {
  origin: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Names and values as on the wire, in order. */
  raw_headers: string[];
  body: string;
}

/** An origin in the test process, on 127.0.0.1. */
export interface Origin {
  name: string;
  port: number;
  /** The number of requests by method, without probes of `/health`. */
  requests: Record<string, number>;
  /** Paths with query of the requests, in order, without probes. */
  urls: string[];
  /** Total length of the request bodies that were read to their end. */
  received_bytes: number;
  probes: number;
  /** How it handles requests that arrive from now on. It may be changed at any time. */
  behaviour: Behaviour;
  /** The status of `/health`; undefined: it follows `behaviour`. */
  health_status: number | undefined;
  /** Closes the listener and every connection, as if its process were killed. */
  kill(): Promise<void>;
  /** Listens again on the same port. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts an origin. `/echo` describes the request (see {@link Echo}). Other paths answer with the origin's name.
 * @param options.port default: a free port
 * @param options.web_socket whether it accepts WebSockets, on which it sends its name and then echoes
 */
export async function startOrigin(
  options: { name?: string; port?: number; behaviour?: Behaviour; web_socket?: boolean } = {},
): Promise<Origin> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const probe = request.url === '/health';
    if (probe) origin.probes++;
    else {
      const method = request.method ?? '';
      origin.requests[method] = (origin.requests[method] ?? 0) + 1;
      origin.urls.push(request.url ?? '');
    }
    // A client that breaks off in the middle of a body is part of a test, not a defect.
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    origin.received_bytes += body.byteLength;
    if (probe && origin.health_status !== undefined) response.writeHead(origin.health_status).end();
    else await behave(origin, request, body, response);
  };
  const start = async (port: number) => {
    const started = await listen((request, response) => void handle(request, response), port);
    if (options.web_socket === true) started.server.on('upgrade', echoFrames(options.name));
    return started;
  };

  let local = await start(options.port ?? 0);
  const origin: Origin = {
    name: options.name ?? `origin-${local.port}`,
    port: local.port,
    requests: {},
    urls: [],
    received_bytes: 0,
    probes: 0,
    behaviour: options.behaviour ?? 'ok',
    health_status: undefined,
    kill: () => local.stop(),
    revive: async () => {
      local = await start(origin.port);
    },
    stop: () => local.stop(),
  };
  return origin;
}

async function behave(
  origin: Origin,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const { behaviour } = origin;
  if (typeof behaviour === 'function') return behaviour(request, response);
  if (behaviour === 'hang') return;
  if (behaviour === 'reset') return void request.socket.resetAndDestroy();
  if (behaviour === 'garbage') return void request.socket.end('this is not HTTP\r\n\r\n');
  if (behaviour === 'half_body') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('x'.repeat(500), () => request.socket.destroySoon());
    return;
  }
  if (typeof behaviour === 'object' && 'status' in behaviour) {
    response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body ?? `${origin.name}\n`);
    return;
  }
  if (typeof behaviour === 'object') await sleep(behaviour.delay_ms);
  if (request.url?.startsWith('/echo')) echo(origin, request, body, response);
  else response.writeHead(200, { 'content-type': 'text/plain' }).end(`${origin.name}\n`);
}

function echo(origin: Origin, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const answer: Echo = {
    origin: origin.name,
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    raw_headers: request.rawHeaders,
    body: body.toString('latin1'),
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}
