import { type Agent, type IncomingMessage, request } from 'node:http';
import { answerPieces, KINDS, type KindName, ORIGIN_HEADER, requestBody } from '../content.ts';
import type { Sent } from './protocol.ts';

/** Nothing that Plimsoll promises takes so long: whoever waited longer was forgotten. */
export const PATIENCE_MS = 30_000;

/** Sends one request and looks at every byte of its answer. Never rejects. */
export function exchange(port: number, kind: KindName, id: string, agent: Agent): Promise<Sent> {
  const { method, path } = KINDS[kind];
  const expected = Buffer.concat(answerPieces(kind, id));
  const sent: Sent = {
    id,
    kind,
    at: Date.now(),
    ended_at: 0,
    status: 0,
    origin: '',
    body: 'none',
    bytes: 0,
    error: '',
  };
  return new Promise((resolve) => {
    const end = (error = '') => {
      if (sent.ended_at !== 0) return;
      clearTimeout(timer);
      sent.ended_at = Date.now();
      sent.error = error;
      resolve(sent);
    };
    const body = requestBody(kind, id);
    const headers = body.length === 0 ? {} : { 'content-length': body.length };
    const asked = request({ host: '127.0.0.1', port, method, path: path + id, agent, headers });
    const timer = setTimeout(() => {
      end(`no end of it in ${PATIENCE_MS} ms`);
      asked.destroy();
    }, PATIENCE_MS);
    asked.on('response', (response) => read(response, expected, sent, end));
    asked.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    asked.end(body);
  });
}

function read(response: IncomingMessage, expected: Buffer, sent: Sent, end: (error?: string) => void): void {
  sent.status = response.statusCode ?? 0;
  sent.origin = String(response.headers[ORIGIN_HEADER] ?? '');
  const ours = sent.status === 200;
  let right = true;
  response.on('data', (chunk: Buffer) => {
    right &&= chunk.equals(expected.subarray(sent.bytes, sent.bytes + chunk.length));
    sent.bytes += chunk.length;
    if (ours) sent.body = right ? 'cut' : 'wrong';
  });
  response.on('end', () => {
    if (ours && right && sent.bytes === expected.length && response.complete) sent.body = 'right';
    // Short, and yet complete by its own account: nobody could tell.
    else if (ours && response.complete) sent.body = 'wrong';
    end();
  });
  response.on('error', (error: NodeJS.ErrnoException) => {
    if (ours && sent.body === 'none') sent.body = 'cut';
    end(error.code ?? error.message);
  });
}
