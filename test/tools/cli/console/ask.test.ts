import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { askConsole } from '../../../../tools/cli/console/ask.ts';

const endpointAt = (port: number) => ({ base_url: `http://127.0.0.1:${port}`, kind: 'local' }) as const;

it('gives up a console that accepts and stays silent, and says how long it waited', async () => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(askConsole(endpointAt(port), '/api/status', { timeout_ms: 100 })).rejects.toMatchObject({
    message: expect.stringContaining('has not answered for 0.1 s'),
    exit_code: 3,
  });
  server.close();
});

it('says that nothing listens', async () => {
  await expect(askConsole(endpointAt(1), '/api/status')).rejects.toMatchObject({
    message: expect.stringContaining('no console answers'),
    exit_code: 3,
  });
});
