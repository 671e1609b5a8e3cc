import { describe, expect, it } from 'vitest';
import { FAILURE_HEADER, type Failure } from '../../../shared/contracts/carrying.ts';
import { carry } from '../../../workers/proxy/carry.ts';
import { ENV, fakeIo, neverAnswers } from './fake_io.ts';
import { TICKET } from './ticket.ts';

const URL_ = 'https://one.example.net:8443/a%2Fb?x=1';

function failureOf(response: Response): Failure | undefined {
  const json = response.headers.get(FAILURE_HEADER);
  return json === null ? undefined : JSON.parse(json);
}

describe('carry', () => {
  it('sends method, URL and body unchanged, follows no redirect, and returns the response itself', async () => {
    const answer = new Response(null, { status: 302, headers: { location: '/next' } });
    let body = '';
    const io = fakeIo(async (request) => {
      body = await request.text();
      return answer;
    });
    const response = await carry(new Request(URL_, { method: 'PATCH', body: 'hello' }), TICKET, ENV, io);
    expect(response).toBe(answer);
    expect(body).toBe('hello');
    expect(io.requests[0]).toMatchObject({ url: URL_, method: 'PATCH', redirect: 'manual' });
  });

  it('answers 508 and sends nothing if the request has passed before', async () => {
    const io = fakeIo(async () => new Response('never'));
    const looping = new Request(URL_, { headers: { 'cdn-loop': 'plimsoll' } });
    const response = await carry(looping, TICKET, ENV, io);
    expect(response.status).toBe(508);
    expect(failureOf(response)).toEqual({ outcome: 'loop', reached: false });
    expect(io.requests).toEqual([]);
  });

  it('answers 504 once the deadline has passed without response headers', async () => {
    const io = fakeIo(neverAnswers);
    const response = await carry(new Request(URL_), { ...TICKET, first_byte_ms: 20 }, ENV, io);
    expect(response.status).toBe(504);
    expect(failureOf(response)).toEqual({ outcome: 'timeout', reached: true });
  });

  it('sets no deadline for an upload whose end it cannot see', async () => {
    const io = fakeIo(async () => {
      await scheduler.wait(30);
      return new Response('late');
    });
    const response = await carry(new Request(URL_), { ...TICKET, first_byte_ms: 0 }, ENV, io);
    expect(await response.text()).toBe('late');
  });

  it.each([
    ['Network connection lost.', { outcome: 'connection_lost', reached: true }],
    ['internal error; reference = abc', { outcome: 'connect_failed', reached: true }],
    ['something new', { outcome: 'proxy_failed', reached: true }],
  ])('reports the exception "%s" as %o', async (message, failure) => {
    const io = fakeIo(() => Promise.reject(Object.assign(new Error(message), { retryable: true })));
    const response = await carry(new Request(URL_), TICKET, ENV, io);
    expect(response.status).toBe(502);
    expect(failureOf(response)).toEqual(failure);
    expect(await response.text()).toBe('');
  });

  it("removes connection headers and ours from a response in place of the origin's", async () => {
    const headers = {
      'keep-alive': '1',
      'alt-svc': 'h3',
      'endpoint-load-metrics': 'TEXT eps:1',
      'x-kept': '1',
    };
    const io = fakeIo(async () => new Response('from the edge', { status: 521, headers }));
    const answer = await carry(new Request(URL_), TICKET, ENV, io);
    expect(Object.keys(headers).filter((name) => answer.headers.has(name))).toEqual(['x-kept']);
  });

  it.each([
    [520, 'connection_lost', true],
    [521, 'connect_failed', false],
    [522, 'connect_failed', false],
    [523, 'connect_failed', false],
    [524, 'timeout', true],
    [525, 'connect_failed', false],
    [526, 'connect_failed', false],
    [530, 'connect_failed', false],
  ])('marks a %i as %s, reached: %s, and keeps the response', async (status, outcome, reached) => {
    const io = fakeIo(async () => new Response('from the edge', { status, headers: { 'x-kept': '1' } }));
    const response = await carry(new Request(URL_), TICKET, ENV, io);
    expect(failureOf(response)).toEqual({ outcome, reached });
    expect([response.status, response.headers.get('x-kept')]).toEqual([status, '1']);
    expect(await response.text()).toBe('from the edge');
  });

  it('does not trust a 522 that may have come after the request was sent', async () => {
    const io = fakeIo(async () => new Response(null, { status: 522 }));
    const response = await carry(new Request(URL_), { ...TICKET, first_byte_ms: 95_000 }, ENV, io);
    expect(failureOf(response)).toEqual({ outcome: 'connect_failed', reached: true });
  });

  it.each([500, 502, 503, 504, 529])(
    'does not mark %i, because it is a response of the origin',
    async (status) => {
      const io = fakeIo(async () => new Response(null, { status }));
      expect(failureOf(await carry(new Request(URL_), TICKET, ENV, io))).toBeUndefined();
    },
  );

  it('removes a failure header of an origin', async () => {
    const io = fakeIo(async () => new Response('x', { headers: { [FAILURE_HEADER]: '{"outcome":"loop"}' } }));
    expect(failureOf(await carry(new Request(URL_), TICKET, ENV, io))).toBeUndefined();
  });

  it('sends another Host through the URL, and resolves the address', async () => {
    const io = fakeIo(async () => new Response('x'));
    const post = new Request(URL_, { method: 'POST', body: 'hello' });
    await carry(post, { ...TICKET, host: 'app.example.com' }, ENV, io);
    const [request] = io.requests;
    expect(request?.url).toBe('https://app.example.com:8443/a%2Fb?x=1');
    expect(request?.cf).toMatchObject({ resolveOverride: 'one.example.net' });
    expect(await request?.text()).toBe('hello');
  });
});

describe('carry with a connect check', () => {
  const env = { ...ENV, CONNECT_CHECK: 'on' as const };

  it('proves that a POST to a dead origin was never sent', async () => {
    const io = fakeIo(async () => new Response('x'), 'refused');
    const response = await carry(new Request(URL_, { method: 'POST', body: 'hello' }), TICKET, env, io);
    expect(failureOf(response)).toEqual({ outcome: 'connect_failed', reached: false });
    expect(io.requests).toEqual([]);
    expect(io.connected_to).toEqual([{ hostname: 'one.example.net', port: 8443 }]);
  });

  it.each([
    ['http://one.example.net/', 80],
    ['https://one.example.net/', 443],
  ])('connects to the port of the scheme: %s -> %i', async (url, port) => {
    const io = fakeIo(async () => new Response('x'));
    await carry(new Request(url, { method: 'POST' }), TICKET, env, io);
    expect(io.connected_to).toEqual([{ hostname: 'one.example.net', port }]);
  });

  it('enforces the deadline while it connects', async () => {
    const io = fakeIo(async () => new Response('x'), 'hang');
    const post = new Request(URL_, { method: 'POST', body: 'hello' });
    const response = await carry(post, { ...TICKET, first_byte_ms: 20 }, env, io);
    expect(failureOf(response)).toEqual({ outcome: 'connect_failed', reached: false });
    expect(io.closed).toBe(1);
  });

  it('closes the connection and sends the request if the origin accepts connections', async () => {
    const io = fakeIo(async () => new Response('x'));
    await carry(new Request(URL_, { method: 'POST', body: 'hello' }), TICKET, env, io);
    expect([io.closed, io.requests.length]).toEqual([1, 1]);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('opens no connection before a %s', async (method) => {
    const io = fakeIo(async () => new Response(null), 'refused');
    await carry(new Request(URL_, { method }), TICKET, env, io);
    expect(io.connected_to).toEqual([]);
  });

  it('checks the connection before an upload, whatever its method', async () => {
    const io = fakeIo(async () => new Response('x'), 'refused');
    const upload = new Request(URL_, { method: 'PUT', body: 'hello' });
    const response = await carry(upload, { ...TICKET, first_byte_ms: 0 }, env, io);
    expect(failureOf(response)).toEqual({ outcome: 'connect_failed', reached: false });
    expect([upload.bodyUsed, io.requests.length]).toEqual([false, 0]);
  });
});
