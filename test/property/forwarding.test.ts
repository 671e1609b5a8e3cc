import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAddress } from '../../shared/ip/parse_address.ts';
import { contains, parseRange, type Range } from '../../shared/ip/range.ts';
import { clientOf } from '../../workers/gateway/request/client.ts';
import { parseRequestUrl } from '../../workers/gateway/request/request_url.ts';
import { CLAIMS } from '../../workers/proxy/claims.ts';
import { originHeaders } from '../../workers/proxy/headers.ts';
import { TICKET } from '../workers/proxy/ticket.ts';
import { runs } from './runs.ts';

const TRUSTED = ['10.0.0.0/8', '2001:db8:ffff::/48'].map((text) => parseRange(text) as Range);
const TARGET = parseRequestUrl('http://lb.test:8080/a');

/** The forwarding headers that an origin gets, after gateway and proxy have written them. */
function told(received: Headers): Record<string, string> {
  const { address, scheme, host, proxy } = clientOf(received, TARGET, TRUSTED);
  const outgoing = new Headers(received);
  const ticket = { ...TICKET, client_address: address, client_origin: `${scheme}://${host}` };
  originHeaders(
    received,
    outgoing,
    proxy === undefined ? ticket : { ...ticket, trusted_proxy: proxy },
    'plimsoll',
  );
  return Object.fromEntries(outgoing);
}

function isTrusted(address: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && TRUSTED.some((range) => contains(range, parsed));
}

const trusted_address = fc.constantFrom('10.0.0.9', '10.255.0.1', '2001:db8:ffff::5', '::ffff:10.1.1.1');
const foreign_address = fc.constantFrom(
  '198.51.100.9',
  '2001:db8:1::1',
  '::1',
  'fe80::1',
  '::ffff:192.0.2.1',
);

/** An address as proxies write it. */
const written = (address: fc.Arbitrary<string>) =>
  fc
    .tuple(address, fc.constantFrom('', ':80', ':65535', ':_p'), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([text, port, bracket, quote, zone]) => {
      const v6 = text.includes(':');
      const zoned = v6 && zone ? `${text}%eth0` : text;
      const host = v6 && (bracket || port !== '') ? `[${zoned}]` : zoned;
      return quote ? `"${host}${port}"` : `${host}${port}`;
    });
const space = fc.constantFrom('', ' ', '  ', '\t', ' ,', ', ');
const junk = fc.string({
  unit: fc.constantFrom('6', '.', ':', ',', '"', '\\', '=', ';', ' ', '[', 'for', '%'),
  maxLength: 12,
});

const names = fc.constantFrom(
  ...CLAIMS,
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-ssl',
);
/** One of those names in another spelling that somebody takes for the same. */
const spelled = fc
  .tuple(
    names,
    fc.array(fc.constantFrom('-', '-', '_', '.', '~'), { minLength: 6, maxLength: 6 }),
    fc.boolean(),
  )
  .map(([name, signs, upper]) => {
    let i = 0;
    const text = name.replaceAll('-', () => signs[i++ % signs.length] ?? '-');
    return upper ? text.toUpperCase() : text;
  });
const claim = fc.oneof(
  written(trusted_address),
  written(foreign_address),
  fc.constantFrom('https', 'evil.test', 'for=10.0.0.1;proto=https;host=evil.test'),
  junk,
);

it('without a trusted peer, no spelling of a forwarding header changes what an origin gets', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(spelled, claim), { maxLength: 8 }), foreign_address, (forged, peer) => {
      const plain = new Headers({ 'cf-connecting-ip': peer, accept: '*/*' });
      const received = new Headers(plain);
      for (const [name, value] of forged) received.append(name, value);
      expect(told(received)).toEqual(told(plain));
    }),
    runs(),
  );
});

it('behind trusted proxies the client is the nearest hop that is not trusted, whatever is further left', () => {
  const dialect = fc.constantFrom('x-forwarded-for', 'forwarded');
  const chain = fc.tuple(
    junk,
    foreign_address.chain((client) => fc.tuple(fc.constant(client), written(fc.constant(client)))),
    fc.array(written(trusted_address), { maxLength: 4 }),
  );
  fc.assert(
    fc.property(dialect, chain, space, trusted_address, (name, [left, [client, hop], behind], gap, peer) => {
      const of = (text: string) => (name === 'forwarded' ? `for="${text.replaceAll('"', '')}"` : text);
      const value = [left, ...[hop, ...behind].map(of)].join(`,${gap}`);
      const found = clientOf(new Headers({ 'cf-connecting-ip': peer, [name]: value }), TARGET, TRUSTED);
      expect([found.address, found.proxy]).toEqual([client, peer]);
      expect(isTrusted(found.address)).toBe(false);
    }),
    runs(),
  );
});

it('scheme and host come from the nearest proxies, one entry for each trusted hop', () => {
  const scheme = fc.constantFrom('http', 'https');
  fc.assert(
    fc.property(
      fc.array(scheme, { minLength: 1, maxLength: 4 }),
      fc.array(scheme, { maxLength: 3 }),
      (real, forged) => {
        const hops = real.map((_, i) => (i === 0 ? '198.51.100.9' : `10.0.0.${i}`));
        const headers = new Headers({
          'cf-connecting-ip': '10.0.0.250',
          'x-forwarded-for': [...forged.map(() => '6.6.6.6'), ...hops].join(', '),
          'x-forwarded-proto': [...forged, ...real].join(','),
          'x-forwarded-host': [...forged, ...real].map((text) => `${text}.test`).join(', '),
        });
        const client = clientOf(headers, TARGET, TRUSTED);
        expect([client.scheme, client.host]).toEqual([real[0], `${real[0]}.test`]);
      },
    ),
    runs(),
  );
});
