import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CacheStandIn, startCache } from '../../../tools/harness/cache.ts';

let cache: CacheStandIn;
let now: number;

beforeEach(async () => {
  now = 1_000;
  cache = await startCache(() => now);
});
afterEach(() => cache.stop());

const url = () => `http://127.0.0.1:${cache.port}/entry`;

/** Stores a response as workerd does. */
async function put(headers: string, body = 'stored'): Promise<void> {
  const response = `HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
  expect((await fetch(url(), { method: 'PUT', body: response })).status).toBe(204);
}

/** Looks it up as workerd does. @returns undefined: it is not stored */
async function match(): Promise<string | undefined> {
  const response = await fetch(url());
  const text = await response.text();
  const hit = response.headers.get('cf-cache-status') === 'HIT';
  expect(response.status).toBe(hit ? 200 : 504);
  return hit ? text : undefined;
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

  it('stores nothing that may live for 0 seconds', async () => {
    await put('cache-control: max-age=0\r\n');
    expect(await match()).toBeUndefined();
  });

  it('counts look-ups and stored entries', async () => {
    await put('');
    await match();
    await match();
    expect(cache).toMatchObject({ reads: 2, writes: 1 });
  });
});
