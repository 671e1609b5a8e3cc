import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Handles `upgrade` with as little of RFC 6455 as an echo needs: short frames, masked from the client, unmasked to it.
 * @param greeting the first message, if any; at most 125 bytes
 */
export function echoFrames(greeting = ''): (request: IncomingMessage, socket: Duplex) => void {
  return (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    if (greeting !== '')
      socket.write(Buffer.concat([Buffer.from([TEXT, greeting.length]), Buffer.from(greeting)]));
    socket.on('error', () => socket.destroy());
    // The other side was killed: no frame says so, and Node keeps this half open.
    socket.once('end', () => socket.end());
    socket.on('data', (frame: Buffer) => {
      const length = (frame[1] ?? 0) & 0x7f;
      const mask = frame.subarray(2, 6);
      const payload = frame.subarray(6, 6 + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
      socket.write(Buffer.concat([Buffer.from([frame[0] ?? 0, length]), payload]));
      if (((frame[0] ?? 0) & 0x0f) === 8) socket.end();
    });
  };
}

/** The first byte of a text message that has a single frame. */
const TEXT = 0x81;
