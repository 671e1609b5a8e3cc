import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CacheStandIn, startCache } from '../../../tools/harness/cache.ts';

let cache: CacheStandIn;
let now: number;

beforeEach(async () => {
  now = 1_000;
  cache = await startCache(() => now);
});
afterEach(() => cache.stop());

/** Asks as workerd does: the entry's host is the `Host`. */
function ask(port: number, method: string, body = '') {
  return new Promise<{ status: number; state: unknown; body: string }>((resolve, reject) => {
    const options = { port, method, path: '/entry', headers: { host: 'example.com' } };
    request(options, async (response) => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, state: headers['cf-cache-status'], body: await text(response) });
    })
      .on('error', reject)
      .end(body);
  });
}

async function put(headers: string, body = 'stored'): Promise<void> {
  const response = `HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
  expect(await ask(cache.port, 'PUT', response)).toMatchObject({ status: 204 });
}

/** @returns undefined: it is not stored */
async function match(port = cache.port): Promise<string | undefined> {
  const { status, state, body } = await ask(port, 'GET');
  expect([status, state]).toEqual(state === 'HIT' ? [200, 'HIT'] : [504, 'MISS']);
  return state === 'HIT' ? body : undefined;
}

describe('startCache', () => {
  it('serves an entry until its max-age is over', async () => {
    await put('Cache-Control: public, max-age=4\r\n');
    now += 3_999;
    expect(await match()).toBe('stored');
    now += 1;
    expect(await match()).toBeUndefined();
    expect(cache.entries.size).toBe(0);
  });

  it('begins the time again when an entry is replaced', async () => {
    await put('cache-control: max-age=4\r\n', 'first');
    now += 3_000;
    await put('cache-control: max-age=4\r\n', 'second');
    now += 3_000;
    expect(await match()).toBe('second');
  });

  it('loses everything and keeps nothing in the mode `empty`', async () => {
    await put('cache-control: max-age=4\r\n');
    cache.mode = 'empty';
    expect(await match()).toBeUndefined();
    await put('cache-control: max-age=4\r\n');
    expect(await match()).toBeUndefined();
    cache.mode = 'ok';
    expect(await match()).toBeUndefined();
  });

  it('serves an entry that has expired in the mode `stale`', async () => {
    await put('cache-control: max-age=4\r\n');
    now += 5_000;
    cache.mode = 'stale';
    expect(await match()).toBe('stored');
    cache.mode = 'ok';
    expect(await match()).toBeUndefined();
  });

  it('keeps an entry without max-age, and never reads the age from a body', async () => {
    await put('', 'cache-control: max-age=0');
    now += 1e12;
    expect(await match()).toBe('cache-control: max-age=0');
  });

  it('serves nothing that may live for 0 seconds', async () => {
    await put('cache-control: max-age=0\r\n');
    expect(await match()).toBeUndefined();
  });

  it('shares entries with another stand-in, and counts operations by itself', async () => {
    const other = await startCache(() => now, cache.entries);
    try {
      await put('');
      expect(await match(other.port)).toBe('stored');
      expect([cache.writes, cache.reads, other.writes, other.reads]).toEqual([1, 0, 0, 1]);
    } finally {
      await other.stop();
    }
  });
});
