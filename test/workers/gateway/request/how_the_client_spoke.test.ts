import { expect, it } from 'vitest';
import { parseCondition } from '../../../../shared/rules/condition.ts';
import { session } from '../../../support/normalised.ts';
import { balancer, last, setUp } from '../support.ts';

/** A gateway that trusts 10.0.0.0/8, with sessions and a rule about the host. */
function gateway() {
  const condition = parseCondition('http.host eq "shop.test"').expression;
  if (condition === undefined) throw new Error('not accepted');
  const up = setUp({
    balancer: balancer({
      trusted_proxies: ['10.0.0.0/8'],
      session: session(),
      rules: [{ name: 'shop', condition, overrides: {} }],
    }),
  });
  up.env.AFFINITY_KEY = 'a secret';
  return up;
}

const CLAIMS = { 'x-forwarded-for': '192.0.2.7:4711', 'x-forwarded-host': 'shop.test' };

it.each([
  ['http://lb.test', '10.0.0.1', 'https', { told: 'https://shop.test', secure: true, ruled: true }],
  ['https://lb.test', '10.0.0.1', 'http', { told: 'http://shop.test', secure: false, ruled: true }],
  ['http://lb.test', '192.0.2.1', 'https', { told: 'http://lb.test', secure: false, ruled: false }],
  ['https://lb.test', '192.0.2.1', 'http', { told: 'https://lb.test', secure: true, ruled: false }],
])(
  'tells origin, cookie and rules the same scheme and host: %s from peer %s, which claims %s',
  async (url, peer, proto, { told, secure, ruled }) => {
    const { request, tickets, points } = gateway();
    const response = await request(url, {
      headers: { 'cf-connecting-ip': peer, ...CLAIMS, 'x-forwarded-proto': proto },
    });
    await response.text();
    expect(tickets[0]?.client_origin).toBe(told);
    expect(/; Secure/.test(response.headers.get('set-cookie') ?? '')).toBe(secure);
    expect(`${last(points, 'events')}`.includes('rule:shop')).toBe(ruled);
  },
);
