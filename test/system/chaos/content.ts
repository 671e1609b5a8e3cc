import { createHash } from 'node:crypto';

/** The ways in which a client talks to the application. */
export interface Kind {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path before the id; its first part chooses the balancer. */
  path: string;
  /** Whether it may be executed twice (RFC 9110 §9.2.2). */
  idempotent: boolean;
  /** Whether the answer is passed on while it comes, so that nobody can take it back. */
  streamed: boolean;
  request_bytes: number;
  /** The answer, in the pieces in which it is sent, so many milliseconds apart. */
  pieces: number;
  piece_bytes: number;
  gap_ms: number;
  content_type: string;
  /** Of a hundred requests. */
  share: number;
}

const PLAIN = { request_bytes: 0, pieces: 1, gap_ms: 0, content_type: 'text/plain', idempotent: true };

/** All that is asked for. `socket` is the request that opens a WebSocket. */
export const KINDS = {
  short: { ...PLAIN, method: 'GET', path: '/files/short/', streamed: false, piece_bytes: 6_000, share: 40 },
  long: { ...PLAIN, method: 'GET', path: '/files/long/', streamed: true, piece_bytes: 120_000, share: 10 },
  chunked: {
    ...PLAIN,
    method: 'GET',
    path: '/files/chunked/',
    streamed: true,
    pieces: 6,
    piece_bytes: 3_000,
    gap_ms: 60,
    share: 8,
  },
  events: {
    ...PLAIN,
    method: 'GET',
    path: '/live/events/',
    streamed: true,
    pieces: 12,
    piece_bytes: 200,
    gap_ms: 150,
    content_type: 'text/event-stream',
    share: 2,
  },
  put: {
    ...PLAIN,
    method: 'PUT',
    path: '/records/put/',
    streamed: false,
    request_bytes: 4_000,
    piece_bytes: 1_000,
    share: 8,
  },
  delete: {
    ...PLAIN,
    method: 'DELETE',
    path: '/records/delete/',
    streamed: false,
    piece_bytes: 200,
    share: 5,
  },
  post: {
    ...PLAIN,
    method: 'POST',
    path: '/orders/post/',
    idempotent: false,
    streamed: false,
    request_bytes: 10_000,
    piece_bytes: 2_000,
    share: 24,
  },
  // Longer than what the gateway keeps to send it again.
  upload: {
    ...PLAIN,
    method: 'POST',
    path: '/orders/upload/',
    idempotent: false,
    streamed: false,
    request_bytes: 300_000,
    piece_bytes: 2_000,
    share: 3,
  },
  socket: { ...PLAIN, method: 'GET', path: '/live/socket/', streamed: true, piece_bytes: 0, share: 0 },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** Header in which an origin says who it is. */
export const ORIGIN_HEADER = 'x-origin';

/** What a request of this kind and id sends. */
export function requestBody(kind: KindName, id: string): Buffer {
  return text(`request ${id}`, KINDS[kind].request_bytes);
}

/** What it is answered, piece by piece, from whichever origin. */
export function answerPieces(kind: KindName, id: string): Buffer[] {
  const { pieces, piece_bytes } = KINDS[kind];
  return Array.from({ length: pieces }, (_, number) => {
    const piece = text(`answer ${id} ${number}`, piece_bytes);
    return kind === 'events' ? Buffer.from(`id: ${number}\ndata: ${piece.toString().trimEnd()}\n\n`) : piece;
  });
}

/** A frame of a WebSocket, which comes back as it is. */
export function frameOf(id: string, number: number): string {
  return `${number} ${text(`frame ${id} ${number}`, 200).toString().trimEnd()}`;
}

/** `/files/short/ID` to its kind and id; undefined if it is none of ours. */
export function parsePath(path: string): { kind: KindName; id: string } | undefined {
  const [, , name = '', id = ''] = path.split('/');
  return id !== '' && Object.hasOwn(KINDS, name) ? { kind: name as KindName, id } : undefined;
}

/**
 * Text of so many bytes that belongs to its seed alone: each line has the line's number and the seed's hash, so that
 * a body that is cut, mixed up or another's is never taken for it.
 */
function text(seed: string, bytes: number): Buffer {
  const hash = createHash('sha256').update(seed).digest('base64url');
  let lines = '';
  for (let line = 0; lines.length < bytes; line++)
    lines += bytes - lines.length > 60 ? `${hash} ${line} ` : `${hash.slice(0, bytes - lines.length)}`;
  return Buffer.from(lines);
}
