import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../shared/contracts/carrying.ts';
import { CLAIM_RULES } from '../../../tools/docs/claim_rules.ts';
import { CLAIMS } from '../../../workers/proxy/claims.ts';
import { cleanResponse, hasPassed, originHeaders } from '../../../workers/proxy/headers.ts';
import { TICKET } from './ticket.ts';

function sent(received: Record<string, string>, ticket: Partial<Ticket> = {}): Headers {
  const incoming = new Headers(received);
  const outgoing = new Headers(incoming);
  originHeaders(incoming, outgoing, { ...TICKET, ...ticket }, 'plimsoll');
  return outgoing;
}

describe('originHeaders', () => {
  it.each([
    ['connection', 'close'],
    ['keep-alive', 'timeout=5'],
    ['proxy-connection', 'keep-alive'],
    ['proxy-authenticate', 'Basic'],
    ['proxy-authorization', 'Basic eA=='],
    ['te', 'gzip'],
    ['trailer', 'x-sum'],
    ['transfer-encoding', 'chunked'],
    ['upgrade', 'h2c'],
    ['x-real-ip', '6.6.6.6'],
    ['true-client-ip', '6.6.6.6'],
    ['x-client-ip', '6.6.6.6'],
    ['mf-cf-blob', '{"country":"DE"}'],
    ['proxy', 'http://evil.test'],
    ['client_ip', '6.6.6.6'],
    ['x.forwarded.for', '6.6.6.6'],
    ['transfer_encoding', 'chunked'],
    ['x_forwarded_for', '6.6.6.6'],
    ['x_forwarded-proto', 'https'],
    ['cf_connecting_ip', '6.6.6.6'],
    ['content_length', '3'],
    ['plimsoll-anything', '1'],
    ['plimsoll_ticket', '{}'],
    ['x-forwarded-port', '1'],
    ['x-forwarded-anything', '1'],
    ['plimsoll-ticket', '{}'],
    ['plimsoll-failure', '{}'],
    ['plimsoll-mirror', '1'],
    ['cloudflare-workers-version-key', 'k'],
    ['cloudflare-workers-version-overrides', 'plimsoll-proxy="1"'],
  ])('removes %s', (name, value) => {
    expect(sent({ [name]: value }).has(name)).toBe(false);
  });

  it.each([
    ['cookie', 'a=1; b=2'],
    ['authorization', 'Bearer x'],
    ['accept-encoding', 'zstd, gzip;q=0.5'],
    ['content-type', 'text/plain'],
    ['range', 'bytes=0-1'],
    ['if-none-match', '"x"'],
    ['x-custom', 'a, b'],
    ['x_custom', 'a'],
    ['x.custom', 'a'],
    ['x-host-id', 'a'],
    ['x-clients', 'a'],
    ['cf-ray', '1'],
  ])('keeps %s unchanged', (name, value) => {
    expect(sent({ [name]: value }).get(name)).toBe(value);
  });

  it('removes the session cookies of any balancer and keeps the others byte for byte', () => {
    const cookie = 'a="1, 2"; __plimsoll=x;  b=%20=; __plimsoll_0123abcd=y; c';
    expect(sent({ cookie }).get('cookie')).toBe('a="1, 2";  b=%20=; c');
    expect(sent({ cookie: '__plimsoll=x' }).has('cookie')).toBe(false);
    expect(sent({ cookie: 'x__plimsoll=x' }).get('cookie')).toBe('x__plimsoll=x');
  });

  it('removes the headers that Connection names, in any case, and survives invalid names', () => {
    const headers = sent({
      connection: 'X-Named ,, b ad,\tx-other',
      'x-named': '1',
      'x-other': '1',
      'x-kept': '1',
    });
    expect([headers.has('x-named'), headers.has('x-other'), headers.has('x-kept')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('does not remove the headers that it sets when Connection names them', () => {
    const headers = sent({ connection: 'x-forwarded-for, x-forwarded-proto, forwarded, via, cdn-loop' });
    expect(headers.get('x-forwarded-for')).toBe('192.0.2.1');
    expect(headers.get('x-forwarded-proto')).toBe('https');
    expect(headers.get('via')).toBe('1.1 plimsoll');
    expect(headers.get('cdn-loop')).toBe('plimsoll');
    expect(headers.has('forwarded')).toBe(true);
  });

  it.each(['authorization', 'cookie', 'cf-connecting-ip', 'cf-ray'])(
    'keeps %s, which Connection must not name',
    (name) => {
      expect(sent({ connection: `close, ${name}`, [name]: 'kept' }).get(name)).toBe('kept');
    },
  );

  it('keeps CDN-Loop when Connection names it', () => {
    expect(sent({ connection: 'cdn-loop', 'cdn-loop': 'other' }).get('cdn-loop')).toBe('other, plimsoll');
  });

  it("replaces a client's claims about itself with the facts of the ticket", () => {
    const headers = sent({
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-proto': 'gopher',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=6.6.6.6',
    });
    expect(headers.get('x-forwarded-for')).toBe('192.0.2.1');
    expect(headers.get('x-forwarded-proto')).toBe('https');
    expect(headers.get('x-forwarded-host')).toBe('app.example.com');
    expect(headers.get('forwarded')).toBe('for=192.0.2.1;host=app.example.com;proto=https');
  });

  it('quotes an IPv6 address and a port in Forwarded (RFC 7239 §6)', () => {
    const headers = sent({}, { client_address: '2001:db8::1', client_origin: 'http://localhost:8787' });
    expect(headers.get('forwarded')).toBe('for="[2001:db8::1]";host="localhost:8787";proto=http');
    expect(headers.get('x-forwarded-for')).toBe('2001:db8::1');
    expect(headers.get('x-forwarded-host')).toBe('localhost:8787');
  });

  it('states no address if the platform gave none, even if the client sent one', () => {
    const headers = sent({ 'x-forwarded-for': '6.6.6.6' }, { client_address: '' });
    expect(headers.has('x-forwarded-for')).toBe(false);
    expect(headers.get('forwarded')).toMatch(/^for=unknown;/);
  });

  it('marks only a mirrored copy', () => {
    expect(sent({}, { mirror: true }).get('plimsoll-mirror')).toBe('1');
    expect(sent({ 'plimsoll-mirror': '1' }).has('plimsoll-mirror')).toBe(false);
  });

  it('appends itself to Via and CDN-Loop', () => {
    const headers = sent({ via: '2 edge', 'cdn-loop': 'cloudflare; loops=1' });
    expect(headers.get('via')).toBe('2 edge, 1.1 plimsoll');
    expect(headers.get('cdn-loop')).toBe('cloudflare; loops=1, plimsoll');
  });

  it('keeps only `trailers` of TE', () => {
    expect(sent({ te: 'gzip;q=0.5, trailers' }).get('te')).toBe('trailers');
  });

  it('keeps the upgrade to a WebSocket', () => {
    const headers = sent({ connection: 'Upgrade', upgrade: 'WebSocket', 'sec-websocket-key': 'x' });
    expect(headers.get('upgrade')).toBe('WebSocket');
    expect(headers.get('sec-websocket-key')).toBe('x');
  });
});

describe('originHeaders of a request that came through a trusted proxy', () => {
  const through = (headers: Record<string, string>) =>
    sent(headers, { client_address: '192.0.2.1', trusted_proxy: '10.0.0.1' });

  it.each([
    ['192.0.2.1', '192.0.2.1, 10.0.0.1'],
    ['6.6.6.6, 192.0.2.1', '6.6.6.6, 192.0.2.1, 10.0.0.1'],
    // Cloudflare's edge has already appended it.
    ['192.0.2.1,10.0.0.1', '192.0.2.1,10.0.0.1'],
    ['192.0.2.1:4711, 10.2.3.4', '192.0.2.1:4711, 10.2.3.4, 10.0.0.1'],
  ])('appends the proxy to the chain %j', (chain, whole) => {
    expect(through({ 'x-forwarded-for': chain }).get('x-forwarded-for')).toBe(whole);
  });

  it.each(['', ' ', '10.0.0.1'])('starts the chain with the client that `Forwarded` names (%j)', (chain) => {
    const headers = through({ 'x-forwarded-for': chain, forwarded: 'for=192.0.2.1' });
    expect(headers.get('x-forwarded-for')).toBe('192.0.2.1, 10.0.0.1');
  });

  it('names the proxy once if it is the client itself', () => {
    const headers = sent({}, { client_address: '10.0.0.1', trusted_proxy: '10.0.0.1' });
    expect(headers.get('x-forwarded-for')).toBe('10.0.0.1');
  });

  it('keeps the other claims of the proxy', () => {
    expect(through({ 'x-forwarded-port': '8080' }).get('x-forwarded-port')).toBe('8080');
  });

  it('takes scheme and host from the ticket, whatever the headers say', () => {
    const headers = through({ 'x-forwarded-proto': 'http, https', 'x-forwarded-host': 'a";for=6.6.6.6' });
    expect(headers.get('x-forwarded-proto')).toBe('https');
    expect(headers.get('x-forwarded-host')).toBe('app.example.com');
    expect(headers.get('forwarded')).toBe('for=192.0.2.1;host=app.example.com;proto=https');
  });
});

describe('headers in which applications look for the client', () => {
  it('are all in the table of docs/security.md', () => {
    expect(CLAIM_RULES.map(({ id }) => id.toLowerCase()).sort()).toEqual([...CLAIMS].sort());
  });

  it('X-Real-IP is the client behind a trusted proxy, even if the edge wrote the proxy into it', () => {
    const headers = sent(
      { 'x-real-ip': '10.0.0.1' },
      { trusted_proxy: '10.0.0.1', client_address: '192.0.2.9' },
    );
    expect(headers.get('x-real-ip')).toBe('192.0.2.9');
  });

  it.each([...CLAIMS].filter((name) => name !== 'x-real-ip'))(
    '%s goes to an origin only through a trusted proxy, and never with underscores',
    (name) => {
      const odd = name.replaceAll('-', '_');
      const claims = { [name]: '6.6.6.6', ...(odd === name ? {} : { [odd]: '6.6.6.6' }) };
      const [untrusted, trusted] = [sent(claims), sent(claims, { trusted_proxy: '10.0.0.1' })];
      expect([untrusted.has(name), trusted.get(name)]).toEqual([false, '6.6.6.6']);
      expect(odd !== name && (untrusted.has(odd) || trusted.has(odd))).toBe(false);
    },
  );
});

describe('hasPassed', () => {
  it.each([
    ['plimsoll', true],
    ['cloudflare; loops=1, Plimsoll ; v=1', true],
    ['cloudflare', false],
    ['plimsoll2', false],
    ['other; by=plimsoll', false],
  ])('CDN-Loop: %s -> %s', (value, passed) => {
    expect(hasPassed(new Headers({ 'cdn-loop': value }), 'plimsoll')).toBe(passed);
  });
});

describe('cleanResponse with a load report', () => {
  it('removes it unless the gateway wants it', () => {
    for (const name of ['endpoint-load-metrics', 'endpoint-load-metrics-bin']) {
      const response = () => new Response('x', { headers: { [name]: 'TEXT eps:1' } });
      expect(cleanResponse(response()).headers.has(name)).toBe(false);
      expect(cleanResponse(response(), true).headers.get(name)).toBe('TEXT eps:1');
    }
  });
});

describe('cleanResponse', () => {
  it('returns the response itself if there is nothing to remove', () => {
    const response = new Response('x', { headers: { 'content-type': 'text/plain' } });
    expect(cleanResponse(response)).toBe(response);
  });

  it.each(['keep-alive', 'alt-svc', 'proxy-authenticate', 'trailer', 'upgrade', 'plimsoll-failure'])(
    'removes %s',
    (name) => {
      expect(cleanResponse(new Response('x', { headers: { [name]: '1' } })).headers.has(name)).toBe(false);
    },
  );

  it('removes Content-Length next to chunks', () => {
    const headers = { 'content-length': '3', 'transfer-encoding': 'chunked' };
    expect([...cleanResponse(new Response('hello', { headers })).headers.keys()]).toEqual(['content-type']);
  });

  it('removes the headers that Connection names, and keeps the status, the body and every Set-Cookie', async () => {
    const headers = new Headers({ connection: 'x-named', 'x-named': '1' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const cleaned = cleanResponse(new Response('body', { status: 418, headers }));
    expect(cleaned.status).toBe(418);
    expect(cleaned.headers.has('x-named')).toBe(false);
    expect(cleaned.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await cleaned.text()).toBe('body');
  });
});
