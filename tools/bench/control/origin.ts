import { createServer } from 'node:http';

// One minimal origin, in a process of its own, on the port of its first argument. It tells its parent that it listens. After any
// message of its parent, it fails its health checks and answers all other requests as before. It ends with its parent.

let healthy = true;
const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  request.resume();
  const status = request.url === '/health' && !healthy ? 503 : 200;
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': '3' }).end('ok\n');
});
process.on('disconnect', () => process.exit());
process.on('message', () => {
  healthy = false;
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'));
