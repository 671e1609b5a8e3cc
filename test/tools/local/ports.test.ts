import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startOptions } from '../../../tools/local/options.ts';
import { freePorts, isBusy, portProblems, wantedPorts } from '../../../tools/local/ports.ts';

let server: Server | undefined;

async function listen(host: string): Promise<number> {
  const [port = 0] = await freePorts(1);
  server = createServer();
  await new Promise<void>((resolve) => server?.listen(port, host, resolve));
  return port;
}

afterEach(
  () => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))),
);

describe('isBusy', () => {
  it('is false for a port where nothing listens', async () => {
    const [port = 0] = await freePorts(1);
    expect(await isBusy(port)).toBe(false);
  });

  it.each(['127.0.0.1', '0.0.0.0'])('is true if something listens on %s', async (host) => {
    expect(await isBusy(await listen(host))).toBe(true);
  });
});

describe('portProblems', () => {
  it('reports port, use and option of a port that is taken', async () => {
    const port = await listen('127.0.0.1');
    const [problem, ...more] = await portProblems([{ port, use: 'the gateway', option: '--port' }]);
    expect(more).toEqual([]);
    expect(problem).toContain(`port ${port} (the gateway) is in use`);
    expect(problem).toContain('--port');
  });

  it('reports two parts with the same port', async () => {
    const [port = 0] = await freePorts(1);
    const options = { ...startOptions([]), gateway_port: port, console_port: port };
    const wanted = wantedPorts(options).filter((one) => one.port === port);
    expect(await portProblems(wanted)).toEqual([
      `port ${port} is used by the gateway and by the console; choose another one with --console-port`,
    ]);
  });

  it('needs no ports for demo origins that are left out', () => {
    const uses = wantedPorts(startOptions(['--no-demo'])).map(({ use }) => use);
    expect(uses).toEqual(['the gateway', 'the console', 'the SQL API']);
  });
});

describe('freePorts', () => {
  it('returns successive free ports, and never the same twice', async () => {
    const first = await freePorts(3);
    expect(first).toEqual([0, 1, 2].map((step) => (first[0] ?? 0) + step));
    // Takes the port that would be next.
    const busy = (first[2] ?? 0) + 2;
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(busy, '127.0.0.1', resolve));
    const second = await freePorts(3);
    expect(Math.min(...second)).toBeGreaterThan(busy);
  });

  it('returns no port from the range of outgoing connections', async () => {
    for (const port of await freePorts(20)) {
      expect(port).toBeGreaterThanOrEqual(15_000);
      // Linux: /proc/sys/net/ipv4/ip_local_port_range.
      expect(port).toBeLessThan(32_768);
    }
  });
});
