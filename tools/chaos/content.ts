import { createHash } from 'node:crypto';
import { KINDS, type KindName } from './kinds.ts';

/** Header in which an origin says who it is. */
export const ORIGIN_HEADER = 'x-origin';

/** What a rule answers in the place of any origin. */
export const CLOSED = 'closed\n';

/** What a request of this kind and id sends. */
export function requestBody(kind: KindName, id: string): Buffer {
  return text(`request ${id}`, KINDS[kind].request_bytes);
}

/** What it is answered, piece by piece, from whichever origin. */
export function answerPieces(kind: KindName, id: string): Buffer[] {
  const { pieces, piece_bytes } = KINDS[kind];
  if (kind === 'closed') return [Buffer.from(CLOSED)];
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
