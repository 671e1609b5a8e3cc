import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { answerPieces, ORIGIN_HEADER, requestBody } from '../content.ts';
import { kindOf } from '../kinds.ts';
import { KEY_HEADER, LANE_HEADER } from '../lanes.ts';
import type { Asked, Leaving, Sent } from './protocol.ts';
import { hashOf, type Visitors } from './visitors.ts';

/** Longest wait for an answer. It is longer than every deadline of Plimsoll, so a request that reaches it was lost. */
export const PATIENCE_MS = 30_000;

/** What all requests have in common. */
export interface Way {
  port: number;
  agent: Agent;
  visitors: Visitors;
  /** Whether this is the last round. */
  last: boolean;
}

/** Sends one request and checks every byte of its answer, unless its client leaves. Never rejects. */
export function exchange(asked: Asked, { port, agent, visitors, last }: Way): Promise<Sent> {
  const { id, lane, key, leaving } = asked;
  const { method, path, kept_by, status } = kindOf(asked.kind);
  const visitor = kept_by === 'cookie' ? visitors.next() : undefined;
  const cookie = visitor === undefined ? '' : visitors.cookie(visitor);
  const body = requestBody(asked.kind, id);
  const sent: Sent = {
    ...asked,
    cookie: hashOf(cookie),
    given: '',
    left_at: 0,
    last,
    at: Date.now(),
    ended_at: 0,
    status: 0,
    origin: '',
    body: 'none',
    bytes: 0,
    error: '',
  };
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    const end = (error = '') => {
      if (sent.ended_at !== 0) return;
      for (const timer of timers) clearTimeout(timer);
      sent.ended_at = Date.now();
      sent.error = error;
      resolve(sent);
    };
    const headers = {
      ...(body.length > 0 && { 'content-length': body.length }),
      ...(lane !== '' && { [LANE_HEADER]: lane }),
      ...(key !== '' && { [KEY_HEADER]: key }),
      ...(cookie !== '' && { cookie }),
    };
    const under_way = request({ host: '127.0.0.1', port, method, path: path + id, agent, headers });
    const after = (ms: number, what: () => void) => void timers.push(setTimeout(what, ms));
    const leave = () => {
      sent.left_at = Date.now();
      end();
      reset(under_way);
    };
    after(PATIENCE_MS, () => {
      end(`no complete answer within ${PATIENCE_MS} ms`);
      under_way.destroy();
    });
    under_way.on('response', (response) => {
      if (visitor !== undefined) sent.given = visitors.keep(visitor, response.headers['set-cookie'] ?? []);
      if (leaving?.in === 'download') after(leaving.after_ms, leave);
      read(response, Buffer.concat(answerPieces(asked.kind, id)), status, sent, end);
    });
    under_way.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    if (leaving !== undefined && leaving.in !== 'download') after(leaving.after_ms, leave);
    send(under_way, body, leaving);
  });
}

/** Sends the body, or half of it if the client leaves during the upload. */
function send(under_way: ClientRequest, body: Buffer, leaving: Leaving | undefined): void {
  if (leaving?.in === 'upload') under_way.write(body.subarray(0, body.length >> 1));
  else under_way.end(body);
}

/**
 * Resets a connection. Closing it would only send the end of this side's data, which tells nothing to a server that has
 * received the whole request.
 */
function reset(under_way: ClientRequest): void {
  if (under_way.socket === null) under_way.destroy();
  else under_way.socket.resetAndDestroy();
}

function read(
  response: IncomingMessage,
  expected: Buffer,
  status: number,
  sent: Sent,
  end: (error?: string) => void,
): void {
  sent.status = response.statusCode ?? 0;
  sent.origin = String(response.headers[ORIGIN_HEADER] ?? '');
  const ours = sent.status === status;
  let right = true;
  response.on('data', (chunk: Buffer) => {
    if (sent.ended_at !== 0) return;
    right &&= chunk.equals(expected.subarray(sent.bytes, sent.bytes + chunk.length));
    sent.bytes += chunk.length;
    if (ours) sent.body = right ? 'cut' : 'wrong';
  });
  response.on('end', () => {
    if (sent.ended_at !== 0) return;
    if (ours && right && sent.bytes === expected.length && response.complete) sent.body = 'right';
    // Too short, although it claims to be complete: a client could not notice.
    else if (ours && response.complete) sent.body = 'wrong';
    end();
  });
  response.on('error', (error: NodeJS.ErrnoException) => {
    if (ours && sent.body === 'none') sent.body = 'cut';
    end(error.code ?? error.message);
  });
}
