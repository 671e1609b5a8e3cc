import { describe, expect, it } from 'vitest';
import { parseRange, type Range } from '../../../shared/ip/range.ts';
import { clientOf } from '../../../workers/gateway/client.ts';

const TRUSTED = ['10.0.0.0/8', '2001:db8:ffff::/48'].map((text) => parseRange(text) as Range);

function of(
  peer: string | undefined,
  chain: string | undefined,
  trusted: readonly Range[] | undefined = TRUSTED,
) {
  const headers = new Headers();
  if (peer !== undefined) headers.set('cf-connecting-ip', peer);
  if (chain !== undefined) headers.set('x-forwarded-for', chain);
  return clientOf(headers, trusted);
}

describe('clientOf', () => {
  it.each([
    ['a client that claims to come from elsewhere', '192.0.2.1', '198.51.100.9'],
    ['a client that claims to be a trusted proxy', '192.0.2.1', '10.0.0.1'],
    ['a client that claims nothing', '192.0.2.1', undefined],
  ])('of %s is the peer', (_, peer, chain) => {
    expect(of(peer, chain)).toEqual({ address: '192.0.2.1' });
  });

  it.each([
    ['one hop', '198.51.100.9', '198.51.100.9'],
    ['what the client wrote before it', '6.6.6.6, 10.0.0.9, 198.51.100.9', '198.51.100.9'],
    ['trusted hops behind it', '6.6.6.6,198.51.100.9 ,10.2.3.4, 10.0.0.1', '198.51.100.9'],
    ['trusted hops alone', '10.2.3.4, 10.3.3.3', '10.2.3.4'],
    ['an IPv6 hop', '2001:db8:1::1, 2001:db8:ffff::5', '2001:db8:1::1'],
    ['no chain', undefined, '10.0.0.1'],
    ['an empty chain', ' ', '10.0.0.1'],
    ['words', 'unknown', '10.0.0.1'],
    ['words behind the client', '198.51.100.9, _hidden, 10.2.3.4', '10.2.3.4'],
    ['a port, which is no address', '198.51.100.9:4711', '10.0.0.1'],
  ])('behind a trusted proxy, with %s, is the rightmost hop that is not trusted', (_, chain, address) => {
    expect(of('10.0.0.1', chain)).toEqual({ address, proxy: '10.0.0.1' });
  });

  it('is nobody where the platform told nothing, whatever the chain says', () => {
    expect(of(undefined, '198.51.100.9')).toEqual({ address: '' });
  });

  it('looks at no chain where nobody is trusted', () => {
    expect(
      clientOf(new Headers({ 'cf-connecting-ip': '10.0.0.1', 'x-forwarded-for': '6.6.6.6' }), undefined),
    ).toEqual({
      address: '10.0.0.1',
    });
  });
});
