import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { fileWith } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

interface Asked {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A console that answers the same to every request of a path. */
async function startConsole(answers: Record<string, { status: number; body: unknown }>) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    asked.push({ method, url, authorization: headers.authorization, body: await text(request) });
    const { status, body } = answers[url ?? ''] ?? { status: 404, body: { error: 'Not Found' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const well = { monitor: 'http', url: 'http://a:80/', outcome: 'success', status: 200, rtt_ms: 4.2 };
const ill = {
  monitor: 'deep',
  url: 'http://a:80/deep',
  outcome: 'failure',
  reason: 'http_timeout',
  status: 0,
  rtt_ms: 900,
};

describe('lb probe', () => {
  it('prints the result of each monitor, and exits with 1 if one is not a success', async () => {
    const { url } = await startConsole({ '/api/probe': { status: 200, body: { results: [well, ill] } } });
    const { code, stdout } = await lb(['probe', 'eu/a', '--local', '--console', url]);
    expect(stdout).toMatch(/eu\/a +http +http:\/\/a:80\/ +healthy +200 +4\.2/);
    expect(stdout).toMatch(/eu\/a +deep +http:\/\/a:80\/deep +http_timeout +900/);
    expect(code).toBe(1);
  });

  it('probes every origin of the status once if none is named', async () => {
    const pools = [{ origins: [{ id: 'eu/a' }, { id: 'eu/b' }] }, { origins: [{ id: 'us/a' }] }];
    const { url, asked } = await startConsole({
      '/api/status': { status: 200, body: { balancers: [{ pools }, { pools: pools.slice(1) }] } },
      '/api/probe': { status: 200, body: { results: [well] } },
    });
    const { code, stdout } = await lb(['probe', '--local', '--console', url, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(['eu/a', 'eu/b', 'us/a'].map((origin) => ({ origin, ...well })));
    const bodies = asked.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));
    expect(bodies).toEqual([{ origin: 'eu/a' }, { origin: 'eu/b' }, { origin: 'us/a' }]);
  });

  it('reads origins and monitors from a file, and refuses an invalid file', async () => {
    const { url, asked } = await startConsole({ '/api/probe': { status: 200, body: { results: [well] } } });
    const file = {
      load_balancers: [{ name: '*', default_pools: ['eu'] }],
      pools: [{ name: 'eu', monitor: 'http', origins: [{ name: 'a', address: '127.0.0.1', port: 9 }] }],
      monitors: [{ id: 'http', path: '/new' }],
    };
    const args = (content: unknown) => [
      ...['probe', '--local', '--console', url],
      ...['--config', fileWith(JSON.stringify(content))],
    ];
    expect((await lb(args(file))).code).toBe(0);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      origin: 'eu/a',
      config: { monitors: { http: { path: '/new' } } },
    });
    const { code, stderr } = await lb(args({ ...file, monitors: [] }));
    expect([code, asked.length]).toEqual([1, 1]);
    expect(stderr).toContain('pools[0].monitor');
  });

  it('sends its token to the console, and prints the error of the console', async () => {
    const { url, asked } = await startConsole({
      '/api/probe': { status: 404, body: { error: 'The configuration has no origin "eu/x"' } },
    });
    const env = { CLOUDFLARE_API_TOKEN: 't', PLIMSOLL_CONSOLE_URL: url, PLIMSOLL_TOKEN: 'sesame' };
    const { code, stderr } = await lb(['probe', 'eu/x'], env);
    expect(stderr).toContain(`lb: ${url}: The configuration has no origin "eu/x"\n`);
    expect(code).toBe(1);
    expect(asked[0]?.authorization).toBe('Bearer sesame');
  });

  it.each([
    [
      'no console runs',
      ['--local', '--console', 'http://127.0.0.1:9'],
      'no console answers at http://127.0.0.1:9',
      3,
    ],
    [
      'the address of production is unknown',
      ['--remote'],
      'the address of the console is missing; set PLIMSOLL_CONSOLE_URL',
      2,
    ],
    [
      'there is no token for it',
      ['--remote', '--console', 'https://console.example.com'],
      'the token of the console is missing; set PLIMSOLL_TOKEN',
      2,
    ],
  ])('reports that %s', async (_, args, message, exit) => {
    const { code, stderr } = await lb(['probe', ...args], {
      PLIMSOLL_CONSOLE_URL: '',
      PLIMSOLL_TOKEN: '',
    });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(exit);
  });
});
