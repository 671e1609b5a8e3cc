import { describe, expect, it } from 'vitest';
import type { ProbeOrder } from '../../../shared/contracts/carrying.ts';
import { probe } from '../../../workers/proxy/probe.ts';
import { type Connection, ENV, fakeIo, neverAnswers } from './fake_io.ts';

const ORDER: ProbeOrder = {
  origin: 'pool/one',
  type: 'http',
  address: 'one.example.net',
  port: 8080,
  method: 'GET',
  path: '/health',
  headers: {},
  expected_codes: '2xx',
  expected_body: '',
  follow_redirects: false,
  timeout_ms: 1_000,
};

/** Runs one probe of an origin with this response. */
function see(answer: () => Promise<Response>, order: Partial<ProbeOrder> = {}, connection?: Connection) {
  return probe({ ...ORDER, ...order }, ENV, fakeIo(answer, connection));
}

describe('probe over HTTP', () => {
  it('sends the request of the monitor, with its own User-Agent, past any cache', async () => {
    const io = fakeIo(async () => new Response('ok'));
    const headers = { 'X-Token': 't', 'user-agent': 'mine' };
    await probe({ ...ORDER, method: 'HEAD', headers }, ENV, io);
    const [request] = io.requests;
    expect(request).toMatchObject({
      url: 'http://one.example.net:8080/health',
      method: 'HEAD',
      redirect: 'manual',
      cache: 'no-store',
    });
    expect(request?.headers.get('x-token')).toBe('t');
    expect(request?.headers.get('user-agent')).toMatch(/^Plimsoll\/\S+ \(health monitor; pool pool\)$/);
  });

  it('sends the Host of the monitor', async () => {
    const io = fakeIo(async () => new Response('ok'));
    await probe({ ...ORDER, headers: { Host: 'app.example.com' } }, ENV, io);
    expect(io.requests[0]?.url).toBe('http://app.example.com:8080/health');
    expect(io.requests[0]?.cf).toMatchObject({ resolveOverride: 'one.example.net' });
  });

  it('measures until the response headers', async () => {
    const io = fakeIo(async () => new Response('ok'));
    const ticks = [100, 142, 999];
    const result = await probe(ORDER, ENV, { ...io, now: () => ticks.shift() ?? 0 });
    expect(result).toEqual({ healthy: true, status: 200, rtt_ms: 42 });
  });

  it.each([
    [301, '2xx', false],
    [301, '200,301', true],
    [503, '2xx', false],
    [204, '200-299', true],
    [404, '4xx', true],
  ])('with status %i where %s is expected: healthy is %s', async (status, expected_codes, healthy) => {
    const result = await see(async () => new Response(null, { status }), { expected_codes });
    expect(result).toMatchObject({ healthy, status });
    expect(result.reason).toBe(healthy ? undefined : 'response_code_mismatch');
  });

  it.each([
    [520, 'http_invalid_response'],
    [521, 'tcp_connection_failed'],
    [522, 'tcp_timeout'],
    [523, 'no_route'],
    [524, 'http_timeout'],
    [525, 'tls_handshake_failed'],
    [526, 'tls_untrusted'],
    [530, 'other'],
  ])('reads %i as %s, as Cloudflare means it', async (status, reason) => {
    expect(await see(async () => new Response('', { status }))).toMatchObject({ reason, status });
  });

  it('reads a 530 with error 1016 as an unknown host', async () => {
    const result = await see(async () => new Response('error code: 1016', { status: 530 }));
    expect(result.reason).toBe('dns_unknown_host');
  });

  it('finds the expected text case-insensitively and across chunks', async () => {
    const chunks = async () => {
      const { readable, writable } = new IdentityTransformStream();
      const writer = writable.getWriter();
      const encoder = new TextEncoder();
      const write = async () => {
        await writer.write(encoder.encode('all SYS'));
        await writer.write(encoder.encode('TEMS go'));
        await writer.close();
      };
      // The probe cancels the rest.
      write().catch(() => {});
      return new Response(readable);
    };
    expect(await see(chunks, { expected_body: 'Systems' })).toMatchObject({ healthy: true });
  });

  it('searches only the first 10 KB of the body', async () => {
    const body = `${'x'.repeat(10_240 - 4)}near, far`;
    const answer = async () => new Response(body);
    expect(await see(answer, { expected_body: 'near' })).toMatchObject({ healthy: true });
    expect(await see(answer, { expected_body: 'far' })).toMatchObject({ reason: 'response_body_mismatch' });
  });

  it.each([
    ['text', 'data: alive\n\n', 'ALIVE', 200, { healthy: true }],
    ['text at the end of a long chunk', `${'x'.repeat(8_000)}alive`, 'alive', 200, { healthy: true }],
    ['first 10 KB without it', 'x'.repeat(10_240), 'alive', 200, { reason: 'response_body_mismatch' }],
    ['error code of Cloudflare', 'error code: 1016', '', 530, { reason: 'dns_unknown_host' }],
    ['unexpected status', 'data', 'alive', 500, { reason: 'response_code_mismatch' }],
  ])('ends once the %s has arrived, and cancels a response that never ends', async (...row) => {
    const [, start, expected_body, status, verdict] = row;
    let cancelled = false;
    const endless = async () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
        cancel: () => {
          cancelled = true;
        },
      });
      return new Response(body, { status });
    };
    expect(await see(endless, { expected_body })).toMatchObject(verdict);
    expect(cancelled).toBe(true);
  });

  it('gives up on an endless response without the expected text', async () => {
    const silent = async (request?: Request) =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (controller) => {
            controller.enqueue(new TextEncoder().encode('data'));
            request?.signal.addEventListener('abort', () => controller.error(request.signal.reason));
          },
        }),
      );
    const io = fakeIo(silent);
    expect(await probe({ ...ORDER, expected_body: 'alive', timeout_ms: 20 }, ENV, io)).toMatchObject({
      reason: 'http_timeout',
      status: 200,
    });
  });

  it('gives up after its timeout', async () => {
    const io = fakeIo(neverAnswers);
    expect(await probe({ ...ORDER, timeout_ms: 20 }, ENV, io)).toMatchObject({
      reason: 'http_timeout',
      status: 0,
    });
  });

  it.each([
    ['Network connection lost.', 'http', 'refused', 'tcp_connection_failed'],
    ['Network connection lost.', 'http', 'opens', 'connection_reset'],
    ['internal error; reference = x', 'http', 'refused', 'dns_unknown_host'],
    ['internal error; reference = x', 'https', 'opens', 'tls_handshake_failed'],
    ['something new', 'http', 'opens', 'other'],
  ] as const)('"%s" over %s while a connection is %s: %s', async (message, type, connection, reason) => {
    const result = await see(() => Promise.reject(new Error(message)), { type }, connection);
    expect(result).toMatchObject({ healthy: false, reason, status: 0 });
  });

  it('reports a monitor whose request is invalid', async () => {
    const result = await see(async () => new Response('ok'), { headers: { 'bad name': 'x' } });
    expect(result.reason).toBe('monitor_config_error');
  });
});

describe.each(['2001:db8::1', '[2001:db8::1]'])('a probe of %s', (address) => {
  it('puts the address in brackets, in the URL and for the connection', async () => {
    const io = fakeIo(async () => new Response('ok'));
    await probe({ ...ORDER, address }, ENV, io);
    expect(io.requests[0]?.url).toBe('http://[2001:db8::1]:8080/health');
    await probe({ ...ORDER, address, type: 'tcp' }, ENV, io);
    expect(io.connected_to).toEqual([{ hostname: '[2001:db8::1]', port: 8080 }]);
  });
});

describe('probe over TCP', () => {
  it.each([
    ['opens', true, undefined],
    ['refused', false, 'tcp_connection_failed'],
    ['hang', false, 'tcp_timeout'],
  ] as const)('a connection that %s: healthy is %s, reason %s', async (connection, healthy, reason) => {
    const order = { type: 'tcp' as const, timeout_ms: 20 };
    const result = await see(() => Promise.reject(new Error('no fetch')), order, connection);
    expect([result.healthy, result.reason]).toEqual([healthy, reason]);
  });
});
