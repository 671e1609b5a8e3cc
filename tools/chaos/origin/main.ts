import { openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { bodyOf } from '../../harness/http_server.ts';
import { answerPieces, ORIGIN_HEADER, parsePath, requestBody } from '../content.ts';
import { KINDS, type KindName } from '../kinds.ts';
import type { Behaviour, Execution, Order, Step } from './protocol.ts';

// One origin, in a process of its own. Its arguments are its id, its port and its log file. It ends with its parent.

/** Delay of a slow origin: noticeable, but shorter than any deadline. */
const SLOW_MS = 800;

const [, , name = '', port = '', log = ''] = process.argv;
const file = openSync(log, 'a');
let behaviour: Behaviour = 'well';
let requests = 0;

/** The log of one request. Lines are written at once and not through Node's buffers, so that they survive SIGKILL. */
function logOf(id: string, kind: KindName, { headers }: IncomingMessage): (step: Step) => void {
  const number = ++requests;
  const copy = headers['plimsoll-mirror'] === undefined ? {} : ({ copy: true } as const);
  return (step) => {
    const line: Execution = {
      at: Date.now(),
      origin: name,
      pid: process.pid,
      number,
      id,
      kind,
      step,
      ...copy,
    };
    writeSync(file, `${JSON.stringify(line)}\n`);
  };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = parsePath(request.url ?? '');
  if (asked === undefined) return probe(response);
  const { kind, id } = asked;
  const write = logOf(id, kind, request);
  const behaves = behaviour;
  write('arrived');
  const reset = () => {
    write('broke');
    request.socket.resetAndDestroy();
  };
  if (behaves === 'reset_early') return reset();
  response.once('close', () => {
    if (!response.writableFinished && response.headersSent && !broken) write('left');
  });
  let broken = false;
  const body = await bodyOf(request).catch(() => undefined);
  if (body === undefined) return write('left');
  if (behaves === 'error_burst') {
    response.writeHead(503).end('busy\n');
    return write('refused');
  }
  if (behaves === 'slow') await sleep(SLOW_MS);
  if (!body.equals(requestBody(kind, id))) write('wrong_body');
  write('executed');
  if (behaves === 'reset_late') return reset();

  const pieces = answerPieces(kind, id);
  const whole = Buffer.concat(pieces);
  const { content_type, gap_ms } = KINDS[kind];
  const headers = { 'content-type': content_type, [ORIGIN_HEADER]: name };
  response.writeHead(200, pieces.length > 1 ? headers : { ...headers, 'content-length': whole.length });
  if (behaves === 'half_answers') {
    broken = true;
    response.write(whole.subarray(0, whole.length >> 1), () => {
      write('broke');
      request.socket.destroySoon();
    });
    return;
  }
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await sleep(gap_ms);
    if (response.destroyed) return;
    response.write(piece);
  }
  response.end(() => write('answered'));
}

function probe(response: ServerResponse): void {
  response.writeHead(behaviour === 'error_burst' ? 503 : 200).end();
}

const sockets = new WebSocketServer({ noServer: true });

function upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
  const id = parsePath(request.url ?? '')?.id ?? '';
  const write = logOf(id, 'socket', request);
  write('arrived');
  socket.on('error', () => undefined);
  if (behaviour === 'error_burst') {
    write('refused');
    socket.end('HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  if (behaviour === 'reset_early' || behaviour === 'reset_late' || behaviour === 'half_answers') {
    write('broke');
    socket.resetAndDestroy();
    return;
  }
  sockets.handleUpgrade(request, socket, head, (echo) => {
    write('executed');
    echo.on('error', () => undefined);
    echo.on('close', () => write('left'));
    echo.send(name);
    echo.on('message', (data, binary) => echo.send(data, { binary }));
  });
}

// The server never closes an idle connection first. workerd would see resets that no fault explains.
const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  response.on('error', () => undefined);
  void handle(request, response);
});
server.on('upgrade', upgrade);
server.on('clientError', (_error, socket) => socket.destroy());
// After a kill, the port may be busy for a moment.
server.on('error', () => setTimeout(listen, 100));
server.on('listening', () => process.send?.('listening'));

function listen(): void {
  if (!server.listening) server.listen(Number(port), '127.0.0.1');
}

process.on('message', (order: Order) => {
  if ('behave' in order) behaviour = order.behave;
  else if (order.listen) listen();
  else if (server.listening) {
    server.close();
    server.closeIdleConnections();
  }
});
process.on('disconnect', () => process.exit());
listen();
