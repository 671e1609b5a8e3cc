import { describe, expect, it } from 'vitest';
import { sign } from '../../../../shared/notify/standard.ts';

// The example in the documentation of Svix, which initiated Standard Webhooks:
// https://docs.svix.com/receiving/verifying-payloads/how-manual
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const EXAMPLE = ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}'] as const;
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

describe('sign', () => {
  it('reproduces the published signature of the published message', async () => {
    expect(await sign(SECRET, ...EXAMPLE)).toBe(SIGNATURE);
    expect(await sign(SECRET.slice('whsec_'.length), ...EXAMPLE)).toBe(SIGNATURE);
  });

  it('signs with both secrets while one replaces the other', async () => {
    const [first, second] = (await sign(`whsec_AAAA ${SECRET}`, ...EXAMPLE)).split(' ');
    expect(first).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    expect(first).not.toBe(SIGNATURE);
    expect(second).toBe(SIGNATURE);
  });

  it('rejects a secret that is not base64', async () => {
    await expect(sign('whsec_not base 64!', ...EXAMPLE)).rejects.toThrow('not base64');
  });
});
