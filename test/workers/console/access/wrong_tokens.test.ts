import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WrongTokens } from '../../../../workers/console/access/wrong_tokens.ts';

const failing = {
  limit: async () => {
    throw new Error('no limiter here');
  },
};

describe('WrongTokens', () => {
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
    vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
  });
  afterEach(() => vi.restoreAllMocks());

  it('goes on without a limiter and with one that fails, and logs it once a minute', async () => {
    let now = 0;
    const wrong_tokens = new WrongTokens(() => now);
    await wrong_tokens.count(undefined, '192.0.2.1');
    await wrong_tokens.count(failing, '192.0.2.1');
    expect(warnings).toEqual([expect.stringContaining('WRONG_TOKENS is not bound')]);
    now = 60_000;
    await wrong_tokens.count(failing, '192.0.2.1');
    expect(warnings[1]).toContain('no limiter here');
    expect(warnings).toHaveLength(2);
  });

  it('goes on when a limiter does not answer', async () => {
    const silent = { limit: () => new Promise<RateLimitOutcome>(() => {}) };
    await new WrongTokens(() => 0).count(silent, '192.0.2.1');
    expect(warnings).toHaveLength(1);
  });

  it('counts an IPv6 client by its /64', async () => {
    const keys: string[] = [];
    const limiter = { limit: async ({ key }: RateLimitOptions) => ({ success: keys.push(key) > 0 }) };
    const wrong_tokens = new WrongTokens(() => 0);
    for (const address of ['2001:db8::1', '2001:db8::ffff']) await wrong_tokens.count(limiter, address);
    expect(new Set(keys).size).toBe(1);
  });
});
