import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { open, type RawAnswer, send } from './harness/raw_client.ts';
import { FIRST_BYTE_MS, type Siege, startSiege } from './harness/siege.ts';

let siege: Siege;
beforeAll(async () => {
  siege = await startSiege();
});
afterAll(() => siege?.stop());

// No test may disturb requests to other origins.
afterEach(async () => {
  const { served } = siege.ordinary;
  for (let waited_ms = 0; siege.ordinary.served < served + 2 && waited_ms < 5_000; waited_ms += 10)
    await sleep(10);
  expect(siege.ordinary.served).toBeGreaterThan(served + 1);
  expect(siege.ordinary.disturbed).toEqual([]);
});

const HOSTILE = 'hostile/origin';
const SOUND = 'sound/origin';

function get(host: string, path: string): Promise<RawAnswer> {
  return send(siege.port, [`GET ${path} HTTP/1.1`, `Host: ${host}`]);
}

function post(host: string, path: string): Promise<RawAnswer> {
  return send(siege.port, [`POST ${path} HTTP/1.1`, `Host: ${host}`, 'Content-Length: 5'], 'hello');
}

/** Returns how often the hostile origin was asked for a path. */
function asked(path: string): number {
  return siege.hostile.requests.filter((request) => request.split(' ')[1] === path).length;
}

describe.each([
  ['resets the connection', '/reset', 'connection_lost'],
  ['closes the connection early', '/close', 'connection_lost'],
  ['answers with something that is not HTTP', '/garbage', 'connection_lost'],
  ['sends half of its headers', '/half-head', 'connection_lost'],
  ['never answers', '/never', 'timeout'],
  ['answers after the deadline', '/late', 'timeout'],
])('an origin that %s', (_, path, reason) => {
  const [status, words] = reason === 'timeout' ? [504, 'Gateway Timeout\n'] : [502, 'Bad Gateway\n'];
  const limit_ms = FIRST_BYTE_MS + 2_000;

  it('is replaced by another origin for a GET', async () => {
    const { result, point } = await siege.observe(() => get('pair.test', path));
    expect(result).toMatchObject({ status: 200, ended: 'closed' });
    expect(result.body).toContain('sound\n');
    expect(result.ms).toBeLessThan(limit_ms);
    expect(point).toMatchObject({ status: 200, outcome: 'ok', origin: SOUND, attempts: 2 });
    expect(point).toMatchObject({ retry_reason: reason, failed_origins: HOSTILE });
  });

  it('is not replaced for a POST, on which it may have acted', async () => {
    const url = `${path}?once`;
    const { result, point } = await siege.observe(() => post('pair.test', url));
    expect(result).toMatchObject({ status, body: words, ended: 'closed' });
    expect(result.ms).toBeLessThan(limit_ms);
    expect(point).toMatchObject({ status, outcome: reason, origin: HOSTILE, attempts: 1, retry_reason: '' });
    expect(asked(url)).toBe(1);
  });

  it('leads to 503 with Retry-After and leaves nothing in flight if there is no other', async () => {
    const { result, point } = await siege.observe(() => get('lone.test', path));
    expect(result).toMatchObject({ status: 503, body: 'Service Unavailable\n', ended: 'closed' });
    expect(result.head).toMatch(/\r\nretry-after: \d+/i);
    expect(result.head).not.toMatch(/plimsoll|hostile|127\.0\.0\.1/i);
    expect(point).toMatchObject({ status: 503, outcome: reason, origin: HOSTILE, attempts: 1 });
    expect((await siege.observe(() => get('lone.test', '/'))).point.inflight).toBe(0);
  });
});

describe('an origin that sends half of a short body', () => {
  it('is replaced by another origin for a GET', async () => {
    const { result, point } = await siege.observe(() => get('pair.test', '/half-body'));
    expect(result).toMatchObject({ status: 200, ended: 'closed' });
    expect(result.body).toContain('sound\n');
    expect(point).toMatchObject({ status: 200, outcome: 'ok', origin: SOUND, attempts: 2 });
    expect(point).toMatchObject({ retry_reason: 'connection_lost', failed_origins: HOSTILE });
  });

  it.each([
    ['a POST, which it may have acted on', () => post('pair.test', '/half-body?once')],
    ['a request that has no other origin', () => get('lone.test', '/half-body?once')],
  ])('is not waited for by %s: the client sees that the answer broke off', async (_, ask) => {
    const before = asked('/half-body?once');
    const { result, point } = await siege.observe(ask);
    expect(result).toMatchObject({ status: 200, body: 'half', ended: 'closed' });
    expect(point).toMatchObject({ status: 200, outcome: 'cut_short', origin: HOSTILE, attempts: 1 });
    expect(asked('/half-body?once')).toBe(before + 1);
    expect((await siege.observe(() => get('lone.test', '/'))).point.inflight).toBe(0);
  });
});

describe('an origin that breaks off after its answer was passed on', () => {
  it('lets the client see that a long body broke off', async () => {
    const { result, point } = await siege.observe(() => get('pair.test', '/half-long-body'));
    expect(result).toMatchObject({ status: 200, ended: 'closed' });
    expect(result.head).toMatch(/\r\ncontent-length: 100000/i);
    expect(result.body.length).toBeLessThan(100_000);
    expect(point).toMatchObject({ status: 200, outcome: 'cut_short', origin: HOSTILE, attempts: 1 });
    expect((await siege.observe(() => get('lone.test', '/'))).point.inflight).toBe(0);
  });

  it('lets the client see no last chunk if there was none', async () => {
    const { result, point } = await siege.observe(() => get('pair.test', '/half-chunked-body'));
    expect(result).toMatchObject({ status: 200, ended: 'closed' });
    expect(result.body).toContain('half');
    expect(result.body).not.toMatch(/(^|\r\n)0\r\n/);
    expect(point).toMatchObject({ status: 200, outcome: 'cut_short', origin: HOSTILE, attempts: 1 });
  });
});

describe('an origin that ends a long upload before reading it', () => {
  const BYTES = 3_000_000;
  const FRAMINGS = {
    'of known length': [`Content-Length: ${BYTES}`, 'u'.repeat(BYTES)],
    chunked: ['Transfer-Encoding: chunked', `${BYTES.toString(16)}\r\n${'u'.repeat(BYTES)}\r\n0\r\n\r\n`],
  } as const;
  const CASES = Object.entries(FRAMINGS).map(([kind, [header, body]]) => [kind, header, body] as const);
  const upload = (path: string, header: string, body: string) =>
    send(siege.port, [`POST ${path} HTTP/1.1`, 'Host: pair.test', header], body);

  it.each(CASES)('(%s) has its answer delivered', async (_, header, body) => {
    const { result, point } = await siege.observe(() => upload('/hasty-413', header, body));
    expect(result).toMatchObject({ status: 413, body: 'too long' });
    expect(point).toMatchObject({ status: 413, outcome: 'ok', origin: HOSTILE, attempts: 1 });
  });

  it.each(CASES)('(%s) is to blame, and not the client, if it does not answer', async (_, header, body) => {
    for (const path of ['/hasty-reset', '/hasty-close']) {
      const { result, point } = await siege.observe(() => upload(path, header, body));
      expect(result).toMatchObject({ status: 502, body: 'Bad Gateway\n' });
      expect(point).toMatchObject({ status: 502, outcome: 'connection_lost', origin: HOSTILE, attempts: 1 });
    }
  });
});

it('sends even a POST to the next origin if the first refuses connections', async () => {
  const { result, point } = await siege.observe(() => post('dead.test', '/'));
  expect(result).toMatchObject({ status: 200 });
  expect(point).toMatchObject({ outcome: 'ok', origin: SOUND, attempts: 2, retry_reason: 'connect_failed' });
});

describe('an upload that is too long to be kept', () => {
  const BYTES = 3_000_000;
  const FRAMINGS = [
    ['of known length', `Content-Length: ${BYTES}`, 'u'.repeat(BYTES)],
    ['chunked', 'Transfer-Encoding: chunked', `${BYTES.toString(16)}\r\n${'u'.repeat(BYTES)}\r\n0\r\n\r\n`],
  ] as const;

  it.each(FRAMINGS)(
    '(%s) goes to the next origin, all of it, where the first is not there',
    async (_, header, body) => {
      for (const method of ['POST', 'PUT']) {
        const before = siege.sound.received_bytes;
        const { result, point } = await siege.observe(() =>
          send(siege.port, [`${method} / HTTP/1.1`, 'Host: dead.test', header], body),
        );
        expect(result).toMatchObject({ status: 200 });
        expect(point).toMatchObject({
          outcome: 'ok',
          origin: SOUND,
          attempts: 2,
          retry_reason: 'connect_failed',
        });
        expect(siege.sound.received_bytes - before).toBe(BYTES);
      }
    },
  );
});

it('logs one line with the origin for an answer or upload that broke off', async () => {
  const before = siege.output().length;
  const half = 'PUT /upload HTTP/1.1\r\nHost: pair.test\r\nContent-Length: 1000000\r\n\r\nhalf';
  await siege.observe(() => {
    const { socket, answer } = open(siege.port, half);
    setTimeout(() => socket.end(), 100);
    return answer;
  });
  await siege.observe(() => get('pair.test', '/half-chunked-body'));
  const lines = siege.output().slice(before).trim().split('\n');
  const [told] = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  expect(told).toMatchObject({
    event: 'broke_off',
    outcome: 'bad_request',
    balancer: 'pair.test',
    origin: HOSTILE,
    path: '/upload',
  });
  // The line is logged once a minute, so an earlier test may have caused it.
  expect(siege.output()).toContain(`"outcome":"cut_short","balancer":"pair.test","origin":"${HOSTILE}"`);
});

it('ignores failures and tickets in an origin’s answer and hides them from its client', async () => {
  const { result, point } = await siege.observe(() => post('pair.test', '/hop'));
  expect(result).toMatchObject({ status: 200, body: 'ok' });
  expect(result.head).not.toMatch(/plimsoll/i);
  expect(point).toMatchObject({ outcome: 'ok', origin: HOSTILE, attempts: 1 });
});

it('answers 508, after one round, for an origin that leads back to the gateway', async () => {
  const { result, points } = await siege.observe(() => get('127.0.0.1', '/'), 2);
  expect(result).toMatchObject({ status: 508, body: 'Loop Detected\n' });
  // The inner request ended in the loop. The outer one got 508 from its origin, which is the gateway.
  expect(points.map(({ status, outcome }) => [status, outcome])).toEqual([
    [508, 'loop'],
    [508, 'ok'],
  ]);
});

it('ends each request on its own and leaves nothing in flight, with all of them at once', async () => {
  const paths = [
    '/reset',
    '/close',
    '/garbage',
    '/half-head',
    '/half-body',
    '/never',
    '/late',
    '/half-long-body',
  ];
  const { result, points } = await siege.observe(
    () => Promise.all([...paths, ...paths, ...paths].map((path) => get('pair.test', path))),
    3 * paths.length,
  );
  expect(result.map(({ ended }) => ended)).toEqual(Array(3 * paths.length).fill('closed'));
  expect(points.filter(({ outcome }) => outcome === 'ok')).toHaveLength(21);
  expect(points.filter(({ outcome }) => outcome === 'cut_short')).toHaveLength(3);
  expect((await siege.observe(() => get('lone.test', '/'))).point.inflight).toBe(0);
});

it('answers the next request on a connection after a failed attempt', async () => {
  // Both requests are in one packet (pipelining). Answers come in order.
  const two = ['/late', '/'].map((path) => `GET ${path} HTTP/1.1\r\nHost: pair.test\r\n`);
  const { result } = await siege.observe(
    () => open(siege.port, `${two[0]}\r\n${two[1]}Connection: close\r\n\r\n`).answer,
    2,
  );
  expect(`${result.head}${result.body}`.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});
