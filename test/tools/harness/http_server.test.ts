import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { listen } from '../../../tools/harness/http_server.ts';
import { echoFrames } from '../../../tools/harness/web_socket.ts';

const UPGRADE =
  'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n';

/** A server with one open WebSocket. */
async function withWebSocket() {
  const local = await listen(() => {});
  local.server.on('upgrade', echoFrames('name'));
  const socket = connect({ port: local.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(UPGRADE);
  await once(socket, 'data');
  return { local, socket };
}

it('a local server stops although a WebSocket is open', async () => {
  const { local, socket } = await withWebSocket();
  socket.on('error', () => {});
  await local.stop();
  socket.destroy();
  expect(local.server.listening).toBe(false);
}, 5_000);

it('an origin ends a WebSocket whose other side ended it without a frame', async () => {
  const { local, socket } = await withWebSocket();
  socket.end();
  await once(socket.resume(), 'end');
  await local.stop();
}, 5_000);
