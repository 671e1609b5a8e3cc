import { WebSocket } from 'ws';
import { frameOf } from '../content.ts';
import { KINDS } from '../kinds.ts';
import type { Session } from './protocol.ts';

/** Time between two frames. */
const FRAME_MS = 250;
/** Time for opening a WebSocket. It is longer than every deadline of Plimsoll. */
const OPEN_MS = 30_000;

/** Keeps a WebSocket open until `stop` is aborted, and checks that every frame comes back in order. Never rejects. */
export function session(port: number, id: string, stop: AbortSignal): Promise<Session> {
  const held: Session = {
    id,
    at: Date.now(),
    ended_at: 0,
    origin: '',
    frames: 0,
    echoed: 0,
    wrong: '',
    ended_by: 'lost',
    error: '',
  };
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${KINDS.socket.path}${id}`, {
      handshakeTimeout: OPEN_MS,
      perMessageDeflate: false,
    });
    let talking: NodeJS.Timeout | undefined;
    const close = () => {
      held.ended_by = 'client';
      clearInterval(talking);
      // Frames that are on their way may still arrive.
      setTimeout(() => socket.close(1000), 1_000);
    };
    stop.addEventListener('abort', close, { once: true });
    socket.on('open', () => {
      talking = setInterval(() => socket.send(frameOf(id, held.frames++)), FRAME_MS);
    });
    socket.on('message', (data) => {
      const text = data.toString();
      // The first message is the id of the origin.
      if (held.origin === '') held.origin = text;
      else if (text === frameOf(id, held.echoed)) held.echoed++;
      else held.wrong ||= `frame ${held.echoed} came back as "${text.slice(0, 80)}"`;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      held.error ||= error.code ?? error.message;
    });
    socket.on('close', (code) => {
      stop.removeEventListener('abort', close);
      clearInterval(talking);
      held.ended_at = Date.now();
      held.error ||= `closed with ${code}`;
      if (held.ended_by === 'client' && held.echoed < held.frames)
        held.wrong ||= `${held.frames - held.echoed} frames of ${held.frames} did not come back`;
      resolve(held);
    });
  });
}
