import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Three minimal origins, in a process of its own. It sends their ports to its parent and ends with it.

const ports = await Promise.all(
  [1, 2, 3].map(
    () =>
      new Promise<number>((resolve) => {
        const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
          request.resume();
          response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '3' }).end('ok\n');
        });
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
  ),
);
process.on('disconnect', () => process.exit());
process.send?.(ports);
