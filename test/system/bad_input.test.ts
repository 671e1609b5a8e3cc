import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { open, type RawAnswer, send } from './harness/raw_client.ts';
import { FIRST_BYTE_MS, type Siege, startSiege } from './harness/siege.ts';

let siege: Siege;
beforeAll(async () => {
  siege = await startSiege();
});
afterAll(() => siege?.stop());

// No test may disturb the requests of others, which use a connection that was open before.
afterEach(async () => {
  const { served } = siege.ordinary;
  for (let waited_ms = 0; siege.ordinary.served < served + 2 && waited_ms < 5_000; waited_ms += 10)
    await sleep(10);
  expect(siege.ordinary.served).toBeGreaterThan(served + 1);
  expect(siege.ordinary.disturbed).toEqual([]);
});

/** Internals that a client must not see: names of Plimsoll's parts, pools and origins, addresses, files. */
const INTERNALS = /plimsoll|hostile|sound|pool|selector|proxy|127\.0\.0\.1|\.js/i;

function get(host: string, path: string, ...more: string[]): Promise<RawAnswer> {
  return send(siege.port, [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...more]);
}

/** Returns the last request that the hostile origin got. */
function arrived(): string {
  return siege.hostile.requests.at(-1) ?? '';
}

describe('a malformed Host', () => {
  it.each([
    'ordinary test',
    'user@ordinary.test',
    'user:password@ordinary.test',
    'lone.test,ordinary.test',
    'lone.test/admin',
    'lone.test?admin',
    'lone.test#admin',
    'lone.test:port',
    'lone.test:123456',
    '"><script>',
    '[::1',
    'a\tb',
  ])('is answered 400 and reaches no origin: %j', async (host) => {
    const { result, point } = await siege.observe(() => get(host, '/x'));
    expect(result).toMatchObject({ status: 400, body: 'Bad Request: malformed Host\n', ended: 'closed' });
    expect(point).toMatchObject({ status: 400, outcome: 'bad_request', attempts: 0, balancer: '' });
    expect(point.detail).toBe(`Host ${host}`);
  });

  it('is answered 400 if there are two, whichever of them would be served', async () => {
    const { result, point } = await siege.observe(() => get('lone.test', '/x', 'Host: pair.test'));
    expect(result.status).toBe(400);
    expect(point).toMatchObject({ status: 400, outcome: 'bad_request', attempts: 0 });
  });

  // The runtime refuses these before any Worker runs, so there is no data point.
  it.each<[string, string[], number]>([
    ['no Host', ['GET / HTTP/1.1'], 400],
    ['an empty Host', ['GET / HTTP/1.1', 'Host: '], 400],
    ['a Host outside ASCII', ['GET / HTTP/1.1', 'Host: \xff\xfe'], 400],
    ['a space before the colon', ['GET / HTTP/1.1', 'Host : lone.test'], 400],
    ['a negative length', ['POST / HTTP/1.1', 'Host: lone.test', 'Content-Length: -1'], 400],
    ['an unknown method', ['BREW / HTTP/1.1', 'Host: lone.test'], 501],
    ['a URL of 70 KB', [`GET /${'u'.repeat(70_000)} HTTP/1.1`, 'Host: lone.test'], 414],
    ['something else than HTTP', ['SSH-2.0-OpenSSH_9.6'], 400],
  ])('is refused by the runtime: %s', async (_, lines, status) => {
    const before = siege.hostile.requests.length;
    const answer = await send(siege.port, lines);
    expect(answer).toMatchObject({ status, ended: 'closed' });
    expect(answer.body).not.toMatch(INTERNALS);
    expect(siege.hostile.requests.length).toBe(before);
  });
});

it('answers 404 without internals to a host that no balancer serves', async () => {
  const { result, point } = await siege.observe(() => get('nobody.test', '/x'));
  expect(result).toMatchObject({ status: 404, body: 'Not Found\n' });
  expect(result.head).not.toMatch(INTERNALS);
  expect(point).toMatchObject({ status: 404, outcome: 'no_match', attempts: 0, detail: 'nobody.test' });
});

describe('a client cannot forge', () => {
  it('a ticket or a failure, which change nothing and reach no origin', async () => {
    const ticket = JSON.stringify({
      origin: 'sound/origin',
      attempt: 9,
      first_byte_ms: 1,
      host: 'evil.test',
      client_address: '6.6.6.6',
      client_origin: 'https://evil.test',
    });
    const failure = '{"outcome":"loop","reached":false}';
    const { result, point } = await siege.observe(() =>
      get('lone.test', '/forged', `Plimsoll-Ticket: ${ticket}`, `plimsoll-failure: ${failure}`),
    );
    expect(result).toMatchObject({ status: 200, body: 'ok' });
    expect(point).toMatchObject({ origin: 'hostile/origin', outcome: 'ok', attempts: 1 });
    expect(arrived()).toMatch(/^GET \/forged /);
    expect(arrived()).not.toMatch(/plimsoll-|evil|6\.6\.6\.6/i);
  });

  it('forwarding headers, which are replaced by what the platform knows', async () => {
    const forged = [
      'X-Forwarded-For: 6.6.6.6',
      'X-Forwarded-Host: evil.test',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Port: 666',
      'X-Real-IP: 6.6.6.6',
      'Forwarded: for=6.6.6.6;host=evil.test',
      'Connection: X-Forwarded-Host, Forwarded',
    ];
    await siege.observe(() => get('lone.test', '/forged', ...forged));
    expect(arrived()).not.toMatch(/6\.6\.6\.6|evil|666/);
    expect(arrived()).toMatch(/\r\nX-Forwarded-Host: lone\.test\r\n/i);
    expect(arrived()).toMatch(/\r\nX-Forwarded-Proto: http\r\n/i);
    expect(arrived()).toMatch(/\r\nForwarded: for=unknown;host=lone\.test;proto=http\r\n/i);
    // Cloudflare's edge overwrites this header. Without that edge, the proxy in front must do it.
    await siege.observe(() => get('lone.test', '/x', 'CF-Connecting-IP: 192.0.2.7', ...forged));
    expect(arrived()).toMatch(/\r\nX-Forwarded-For: 192\.0\.2\.7\r\n/i);
  });

  it('its way around loop detection: a CDN-Loop that names this balancer counts as a loop', async () => {
    const { result, point } = await siege.observe(() => get('pair.test', '/x', 'CDN-Loop: plimsoll'));
    expect(result).toMatchObject({ status: 508, body: 'Loop Detected\n' });
    expect(point).toMatchObject({ status: 508, outcome: 'loop', attempts: 1 });
  });
});

describe('a large request', () => {
  it('arrives whole with a URL of 16 KB, which the data point shortens', async () => {
    const path = `/${'u'.repeat(16_384)}`;
    const { result, point } = await siege.observe(() => get('lone.test', `${path}?q=${'v'.repeat(100)}`));
    expect(result.status).toBe(200);
    expect(arrived().split(' ')[1]).toBe(`${path}?q=${'v'.repeat(100)}`);
    // Method and path share a column of 512 bytes.
    expect(point).toMatchObject({ outcome: 'ok', path: path.slice(0, 512 - 'GET '.length) });
  });

  it('arrives with all of its 300 headers', async () => {
    const headers = Array.from({ length: 300 }, (_, i) => `X-Number-${i}: ${i}`);
    const { result, point } = await siege.observe(() => get('lone.test', '/x', ...headers));
    expect(result.status).toBe(200);
    expect(point.outcome).toBe('ok');
    const lines = arrived().split('\r\n');
    expect(headers.filter((header) => !lines.includes(header))).toEqual([]);
  });
});

describe('a body that stops halfway', () => {
  const HALVES = {
    'of known length': 'Content-Length: 10\r\n\r\nhalf',
    chunked: 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  };
  const CASES = (['lone.test', 'pair.test'] as const).flatMap((host) =>
    Object.entries(HALVES).map(([kind, half]) => [kind, host, half] as const),
  );
  const post = (host: string, half: string) =>
    open(siege.port, `POST /half HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${half}`);

  it.each(CASES)('(%s, to %s) is answered 408 when the client stalls', async (_, host, half) => {
    const before = siege.hostile.requests.length;
    const { result, point } = await siege.observe(() => post(host, half).answer);
    expect(result).toMatchObject({ status: 408, body: 'Request Timeout\n', ended: 'closed' });
    expect(result.ms).toBeGreaterThan(FIRST_BYTE_MS * 0.9);
    expect(result.ms).toBeLessThan(FIRST_BYTE_MS + 2_000);
    expect(point).toMatchObject({ status: 408, outcome: 'bad_request', attempts: 0 });
    expect(siege.hostile.requests.length).toBe(before);
  });

  it.each(CASES)(
    '(%s, to %s) is answered 400 when the client ends its side of the connection',
    async (_, host, half) => {
      const before = siege.hostile.requests.length;
      const { result, point } = await siege.observe(() => {
        const { socket, answer } = post(host, half);
        socket.end();
        return answer;
      });
      expect(result).toMatchObject({ status: 400, body: 'Bad Request: incomplete body\n', ended: 'closed' });
      expect(point).toMatchObject({ status: 400, outcome: 'bad_request', attempts: 0 });
      expect(siege.hostile.requests.length).toBe(before);
    },
  );

  it.each(CASES)(
    '(%s, to %s) leaves nothing in flight when the client disconnects',
    async (_, host, half) => {
      const { point } = await siege.observe(async () => {
        const { socket } = post(host, half);
        await sleep(100);
        socket.resetAndDestroy();
      });
      expect(point).toMatchObject({ status: 499, outcome: 'client_gone', attempts: 0 });
    },
  );

  it('is answered 400 if its chunks are malformed', async () => {
    const { result, point } = await siege.observe(() => post('lone.test', `${HALVES.chunked}zz\r\n`).answer);
    expect(result).toMatchObject({ status: 400, ended: 'closed' });
    expect(point).toMatchObject({ status: 400, outcome: 'bad_request', attempts: 0 });
  });

  const LONG_HALF = `Content-Length: 200000\r\n\r\n${'b'.repeat(100_000)}`;

  it('is answered 400 after one attempt if it is too long to keep', async () => {
    const { result, point } = await siege.observe(async () => {
      const { socket, answer } = post('pair.test', LONG_HALF);
      await sleep(100);
      socket.end();
      return answer;
    });
    expect(result).toMatchObject({ status: 400, ended: 'closed' });
    expect(point).toMatchObject({ status: 400, outcome: 'bad_request', attempts: 1, retry_reason: '' });
  });

  it('is answered 408 if it is too long to keep and the client stalls', async () => {
    const { result, point } = await siege.observe(() => post('lone.test', LONG_HALF).answer);
    expect(result).toMatchObject({ status: 408, body: 'Request Timeout\n', ended: 'closed' });
    expect(point).toMatchObject({ status: 408, outcome: 'bad_request', attempts: 1 });
    expect((await siege.observe(() => get('lone.test', '/x'))).point.inflight).toBe(0);
  });

  it('occupies no origin after its client has left', async () => {
    const { point } = await siege.observe(async () => {
      const { socket } = post('pair.test', LONG_HALF);
      await sleep(100);
      socket.resetAndDestroy();
    });
    expect(point).toMatchObject({ status: 499, outcome: 'client_gone', attempts: 1 });
    expect((await siege.observe(() => get('lone.test', '/x'))).point.inflight).toBe(0);
  });
});

describe('a client that disconnects', () => {
  const leave = async (path: string, until: (received: string) => boolean) => {
    const { socket, received } = open(siege.port, `GET ${path} HTTP/1.1\r\nHost: pair.test\r\n\r\n`);
    const arrived = () => siege.hostile.requests.some((request) => request.startsWith(`GET ${path} `));
    for (let i = 0; i < 200 && !(arrived() && until(received())); i++) await sleep(5);
    socket.resetAndDestroy();
  };

  it('before the answer causes no other attempt and leaves nothing in flight', async () => {
    const { point } = await siege.observe(() => leave('/never?left', () => true));
    expect(point).toMatchObject({ status: 499, outcome: 'client_gone', attempts: 1 });
    expect(point.total_ms).toBeLessThan(FIRST_BYTE_MS);
    expect((await siege.observe(() => get('lone.test', '/x'))).point.inflight).toBe(0);
    for (let i = 0; i < 100 && !siege.hostile.closed.includes('/never?left'); i++) await sleep(10);
    expect(siege.hostile.closed).toContain('/never?left');
  });

  it('during the answer ends the connection to the origin and leaves nothing in flight', async () => {
    const { point } = await siege.observe(() =>
      leave('/endless-body?left', (received) => received.length > 1_000),
    );
    expect(point).toMatchObject({ status: 200, outcome: 'client_gone', attempts: 1 });
    expect((await siege.observe(() => get('lone.test', '/x'))).point.inflight).toBe(0);
    for (let i = 0; i < 100 && !siege.hostile.closed.includes('/endless-body?left'); i++) await sleep(10);
    expect(siege.hostile.closed).toContain('/endless-body?left');
  });

  it('twenty times at once leaves a data point each and nothing in flight', async () => {
    const { points } = await siege.observe(
      () =>
        Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            leave(`${i % 2 ? '/never' : '/endless-body'}?${i}`, () => true),
          ),
        ),
      20,
    );
    expect(points.map(({ outcome }) => outcome)).toEqual(Array(20).fill('client_gone'));
    expect((await siege.observe(() => get('lone.test', '/x'))).point.inflight).toBe(0);
  });
});
