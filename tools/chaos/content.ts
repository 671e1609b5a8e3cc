import { createHash } from 'node:crypto';
import { KINDS, type KindName } from './kinds.ts';

/** The header in which an origin sends its id. */
export const ORIGIN_HEADER = 'x-origin';

/** The body with which a rule answers in place of an origin. */
export const CLOSED = 'closed\n';

/** The body of a request with this kind and id. */
export function requestBody(kind: KindName, id: string): Buffer {
  return text(`request ${id}`, KINDS[kind].request_bytes);
}

/** The body of the answer, piece by piece. It is the same from every origin. */
export function answerPieces(kind: KindName, id: string): Buffer[] {
  const { pieces, piece_bytes } = KINDS[kind];
  if (kind === 'closed') return [Buffer.from(CLOSED)];
  return Array.from({ length: pieces }, (_, number) => {
    const piece = text(`answer ${id} ${number}`, piece_bytes);
    return kind === 'events' ? Buffer.from(`id: ${number}\ndata: ${piece.toString().trimEnd()}\n\n`) : piece;
  });
}

/** The content of a WebSocket's frame, which the origin echoes. */
export function frameOf(id: string, number: number): string {
  return `${number} ${text(`frame ${id} ${number}`, 200).toString().trimEnd()}`;
}

/** The kind and id in a path such as `/files/short/ID`; undefined for any other path. */
export function parsePath(path: string): { kind: KindName; id: string } | undefined {
  const [, , name = '', id = ''] = path.split('/');
  return id !== '' && Object.hasOwn(KINDS, name) ? { kind: name as KindName, id } : undefined;
}

/**
 * Text of `bytes` bytes that no other seed has. It repeats the seed's hash with a counter, so that a body that was cut,
 * mixed up or swapped is never equal to it.
 */
function text(seed: string, bytes: number): Buffer {
  const hash = createHash('sha256').update(seed).digest('base64url');
  let lines = '';
  for (let line = 0; lines.length < bytes; line++)
    lines += bytes - lines.length > 60 ? `${hash} ${line} ` : `${hash.slice(0, bytes - lines.length)}`;
  return Buffer.from(lines);
}
