import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import type { RateLimit } from '../../../../shared/model/config.ts';
import type { Limiter } from '../../../../workers/gateway/env.ts';
import { balancer, last, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';

const LIMIT: RateLimit = { binding: 'RATE_LIMIT', by: 'client_address', retry_after_s: 7 };

/** A limiter that allows `count` requests per key in all. It remembers the keys that it was asked for. */
function limiterOf(count: number): Limiter & { keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    limit: async ({ key }) => {
      keys.push(key);
      return { success: keys.filter((one) => one === key).length <= count };
    },
  };
}

function limited(limiter: Limiter | undefined, change: Partial<RateLimit> = {}) {
  const limit = { ...LIMIT, ...change };
  const bindings = limiter === undefined ? {} : { [limit.binding]: limiter };
  return setUp({ balancer: balancer({ rate_limit: limit }), bindings });
}

const from = (address: string, more: Record<string, string> = {}) => ({
  headers: { 'cf-connecting-ip': address, ...more },
});

describe('a rate limit', () => {
  it('answers 429 with Retry-After to requests above it, asks no origin, and is recorded', async () => {
    const { request, tickets, points } = limited(limiterOf(2));
    for (let i = 0; i < 2; i++) expect((await request(URL, from('192.0.2.1'))).status).toBe(200);
    expect(last(points, 'events')).toBe('');
    const refused = await request(URL, from('192.0.2.1'));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('7');
    expect(await refused.text()).toBe('Too Many Requests\n');
    expect(tickets).toHaveLength(2);
    expect(last(points, 'outcome')).toBe('limited');
    expect(last(points, 'status')).toBe(429);
    expect(last(points, 'events')).toBe('limited');
    expect(last(points, 'attempts')).toBe(0);
    // Another client is served.
    expect((await request(URL, from('192.0.2.2'))).status).toBe(200);
  });

  it('works with the emulated limiter of the platform: three in a minute', async () => {
    const platform = (env as unknown as { RATE_LIMIT: Limiter }).RATE_LIMIT;
    const { request } = limited(platform);
    const statuses: number[] = [];
    // A minute of the wall clock may end meanwhile. Then three more are allowed.
    for (let i = 0; i < 8; i++) statuses.push((await request(URL, from('198.51.100.1'))).status);
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    expect(statuses).toContain(429);
    expect((await request(URL, from('198.51.100.2'))).status).toBe(200);
  });

  it('uses the limiter that it names', async () => {
    const { request } = limited(limiterOf(0), { binding: 'RATE_LIMIT_API' });
    expect((await request(URL)).status).toBe(429);
  });

  it('does not exist for a balancer without one', async () => {
    const limiter = limiterOf(0);
    const { request } = setUp({ bindings: { RATE_LIMIT: limiter } });
    expect((await request(URL)).status).toBe(200);
    expect(limiter.keys).toEqual([]);
  });
});

describe('the key of a rate limit', () => {
  async function keyFor(by: RateLimit['by'], headers: Record<string, string>): Promise<string | undefined> {
    const limiter = limiterOf(1);
    await limited(limiter, { by }).request(URL, { headers });
    return limiter.keys[0];
  }

  it.each([
    [
      'an IPv4 client',
      'client_address',
      { 'cf-connecting-ip': '192.0.2.1' },
      'app\nclient_address\n192.0.2.1',
    ],
    [
      'an IPv6 client by its /64',
      'client_address',
      { 'cf-connecting-ip': '2001:db8:0:1::5' },
      'app\nclient_address\n2001:db8:0:1::/64',
    ],
    ['the balancer for all requests', 'balancer', { 'cf-connecting-ip': '192.0.2.1' }, 'app'],
    ['a header', 'header:x-key', { 'x-key': 'k1', 'cf-connecting-ip': '192.0.2.1' }, 'app\nheader:x-key\nk1'],
    ['a cookie', 'cookie:sid', { cookie: 'a=b; sid=s1' }, 'app\ncookie:sid\ns1'],
    [
      'the client if the header is absent',
      'header:x-key',
      { 'cf-connecting-ip': '192.0.2.1' },
      'app\nclient_address\n192.0.2.1',
    ],
    ['one key for all unknown clients', 'client_address', {}, 'app\nclient_address\n'],
  ] as const)('is %s', async (_, by, headers, key) => {
    expect(await keyFor(by, headers)).toBe(key);
  });

  it('is short even for a long value, and differs for another value', async () => {
    const [one, two] = [
      await keyFor('header:x-key', { 'x-key': 'x'.repeat(8_000) }),
      await keyFor('header:x-key', { 'x-key': `${'x'.repeat(7_999)}y` }),
    ];
    expect(one?.length).toBeLessThan(64);
    expect(one).not.toBe(two);
    expect(one).toBe(await keyFor('header:x-key', { 'x-key': 'x'.repeat(8_000) }));
  });
});

describe('a rate limiter that fails', () => {
  it('lets every request pass if it is not bound, and is recorded', async () => {
    const { request, points } = limited(undefined);
    expect((await request(URL)).status).toBe(200);
    expect(last(points, 'events')).toBe('limiter_missing');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('out of order'))],
    [
      'throws at once',
      () => {
        throw new Error('out of order');
      },
    ],
    ['hangs', () => new Promise<never>(() => {})],
    ['answers nothing', async () => undefined],
    ['answers something else', async () => ({ success: 'no' })],
  ])(
    'lets every request pass if it %s, is not asked for a second, and then is asked again',
    async (_, limit) => {
      let calls = 0;
      const broken = {
        limit: () => {
          calls++;
          return limit();
        },
      } as unknown as Limiter;
      const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const { request, points, clock } = limited(broken);
      for (let i = 0; i < 3; i++) {
        expect((await request(URL)).status).toBe(200);
        expect(last(points, 'events')).toBe('limiter_failed');
      }
      expect(calls).toBe(1);
      clock.ms += 1_000;
      await request(URL);
      expect(calls).toBe(2);
      // The reason is logged once a minute. On a busy machine the selector may be late and add a line of its own.
      const lines = log.mock.calls
        .map(([line]) => String(line))
        .filter((line) => line.includes('RATE_LIMIT'));
      expect(lines).toEqual([
        expect.stringMatching(/^rate limiter RATE_LIMIT failed, no request is refused: \S/),
      ]);
      log.mockRestore();
    },
  );
});
