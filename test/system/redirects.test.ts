import { afterAll, beforeAll, expect, it } from 'vitest';
import { configFrom } from '../../tools/harness/config.ts';
import { type LocalServer, listen } from '../../tools/harness/http_server.ts';
import { type Plimsoll, startPlimsoll } from './harness/plimsoll.ts';
import { send } from './harness/raw_client.ts';

// This origin builds absolute URLs from its `Host`, as stock nginx and Apache do. It refuses a `Destination` on another host,
// as RFC 4918 (9.8.5) requires.

let origin: LocalServer;
let plimsoll: Plimsoll;
beforeAll(async () => {
  origin = await listen((request, response) => {
    request.resume();
    const own = `http://${request.headers.host}`;
    if (request.method === 'COPY' || request.method === 'MOVE') {
      const { destination = '' } = request.headers;
      if (!`${destination}`.startsWith(`${own}/`)) return response.writeHead(502).end();
      return response.writeHead(201, { Location: destination }).end();
    }
    response.writeHead(301, {
      Location: `${own}${request.url}/`,
      'Content-Location': `${own}/here`,
      Refresh: `0; url=${own}/next`,
    });
    response.end('moved');
  });
  const balancer = (name: string, rewrite_redirects?: boolean) => ({
    name,
    default_pools: ['pool'],
    trusted_proxies: ['10.0.0.0/8'],
    ...(rewrite_redirects === undefined ? {} : { rewrite_redirects }),
  });
  plimsoll = await startPlimsoll({
    config: configFrom({
      load_balancers: [balancer('app.test'), balancer('raw.test', false)],
      pools: [{ name: 'pool', origins: [{ name: 'one', address: '127.0.0.1', port: origin.port }] }],
    }),
  });
});
afterAll(async () => {
  await plimsoll?.stop();
  await origin?.stop();
});

/** Headers of an answer that contain a URL. */
async function ask(start: string, host: string, lines: string[] = []) {
  const { status, head } = await send(plimsoll.port, [
    `${start} HTTP/1.1`,
    `Host: ${host}`,
    ...lines,
    'Connection: close',
  ]);
  const of = (name: string) => new RegExp(`\r\n${name}: ([^\r]*)`, 'i').exec(head)?.[1];
  return {
    status,
    location: of('location'),
    content_location: of('content-location'),
    refresh: of('refresh'),
  };
}

it('rewrites a redirect of an origin to itself so that it leads to the balancer', async () => {
  expect(await ask('GET /dir%2F?x=1', 'app.test')).toEqual({
    status: 301,
    location: 'http://app.test/dir%2F?x=1/',
    content_location: 'http://app.test/here',
    refresh: '0; url=http://app.test/next',
  });
});

it('redirects a client behind a trusted proxy that ends TLS to https and the host it knows', async () => {
  const lines = ['CF-Connecting-IP: 10.0.0.1', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: shop.test'];
  expect(await ask('GET /dir', 'app.test', lines)).toMatchObject({ location: 'https://shop.test/dir/' });
});

it.each(['COPY', 'MOVE'])(
  'rewrites the Destination of %s from the balancer to the origin',
  async (method) => {
    const lines = ['Destination: http://app.test/b%20c'];
    expect(await ask(`${method} /a`, 'app.test', lines)).toMatchObject({
      status: 201,
      location: 'http://app.test/b%20c',
    });
    expect(await ask(`${method} /a`, 'app.test', ['Destination: http://other.test/b'])).toMatchObject({
      status: 502,
    });
  },
);

it('passes everything on unchanged with rewrite_redirects: false', async () => {
  const own = `http://127.0.0.1:${origin.port}`;
  expect(await ask('GET /dir', 'raw.test')).toEqual({
    status: 301,
    location: `${own}/dir/`,
    content_location: `${own}/here`,
    refresh: `0; url=${own}/next`,
  });
  expect(await ask('MOVE /a', 'raw.test', ['Destination: http://raw.test/b'])).toMatchObject({ status: 502 });
});
