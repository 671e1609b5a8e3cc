import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// An origin that reads bodies and sends events, in a process of its own. It sends its port to its parent and ends with it.

/** Time between two events, as in a fast stream of tokens. */
const EVENT_MS = 1;

const server = createServer({ keepAliveTimeout: 600_000 }, async (request, response) => {
  const count = Number(/^\/events\/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
  if (count === 0) return void request.resume().on('end', () => response.end('ok\n'));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let event = 0; event < count; event++) {
    response.write(`data: token ${event}\n\n`);
    await sleep(EVENT_MS);
  }
  response.end();
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
