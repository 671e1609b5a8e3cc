/** A kind of request to the application. */
export interface Kind {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path before the id. Its first segment chooses the balancer. */
  path: string;
  /** Whether the request may be executed twice (RFC 9110 §9.2.2). */
  idempotent: boolean;
  /** Whether the gateway passes the answer on as it comes, so that it cannot take bytes back. */
  streamed: boolean;
  request_bytes: number;
  /** Number of pieces in which the answer is sent. */
  pieces: number;
  piece_bytes: number;
  /** Time between two pieces. */
  gap_ms: number;
  content_type: string;
  /** Status of the correct answer. */
  status: number;
  /** What keeps requests on one origin: the cookie of a session, the header `x-key`, or nothing. */
  kept_by: 'cookie' | 'key' | 'nothing';
  /** Whether requests are limited by `x-key`, and copied to the mirror if they are served. */
  guarded: boolean;
  /** Percent of all requests. */
  share: number;
}

const PLAIN = {
  method: 'GET',
  idempotent: true,
  streamed: false,
  request_bytes: 0,
  pieces: 1,
  gap_ms: 0,
  content_type: 'text/plain',
  status: 200,
  kept_by: 'nothing',
  guarded: false,
} as const satisfies Partial<Kind>;

/** Kinds whose answers are streamed. */
const STREAMED = { ...PLAIN, streamed: true } as const;

/** Kinds of requests that must not be executed twice. */
const ONCE = { ...PLAIN, method: 'POST', idempotent: false, piece_bytes: 2_000 } as const;

/** Every kind. `socket` is the request that opens a WebSocket. */
export const KINDS = {
  short: { ...PLAIN, path: '/files/short/', piece_bytes: 6_000, share: 22 },
  long: { ...STREAMED, path: '/files/long/', piece_bytes: 120_000, share: 7 },
  chunked: { ...STREAMED, path: '/files/chunked/', pieces: 6, piece_bytes: 3_000, gap_ms: 60, share: 6 },
  events: {
    ...STREAMED,
    path: '/live/events/',
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
    request_bytes: 4_000,
    piece_bytes: 1_000,
    share: 5,
  },
  delete: { ...PLAIN, method: 'DELETE', path: '/records/delete/', piece_bytes: 200, share: 3 },
  post: { ...ONCE, path: '/orders/post/', request_bytes: 10_000, share: 15 },
  // Larger than the bodies that the gateway keeps for a retry.
  upload: { ...ONCE, path: '/orders/upload/', request_bytes: 300_000, share: 3 },
  visit: { ...PLAIN, path: '/shop/visit/', piece_bytes: 3_000, kept_by: 'cookie', share: 12 },
  page: { ...PLAIN, path: '/pages/page/', piece_bytes: 3_000, kept_by: 'key', share: 7 },
  // Answered by a rule.
  closed: { ...PLAIN, path: '/pages/closed/', piece_bytes: 0, status: 410, share: 2 },
  tile: { ...PLAIN, path: '/tiles/tile/', piece_bytes: 4_000, kept_by: 'key', share: 7 },
  call: { ...PLAIN, path: '/api/call/', piece_bytes: 1_000, guarded: true, share: 6 },
  comment: { ...ONCE, path: '/api/comment/', request_bytes: 2_000, guarded: true, share: 3 },
  socket: { ...STREAMED, path: '/live/socket/', piece_bytes: 0, share: 0 },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** A kind by its name, with the type that all kinds share. */
export function kindOf(name: KindName): Kind {
  return KINDS[name];
}
