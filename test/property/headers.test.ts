import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanResponse, originHeaders } from '../../workers/proxy/headers.ts';
import { TICKET } from '../workers/proxy/ticket.ts';
import { runs } from './runs.ts';

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const FORGED = [
  'x-forwarded-for',
  'x-forwarded-port',
  'x-real-ip',
  'forwarded',
  'plimsoll-ticket',
  'plimsoll-x',
  'true-client-ip',
  'x_forwarded_for',
];
const OWN = ['accept', 'cookie', 'x-own', 'x-other', 'range', 'x_own', 'set-cookie', 'authorization'];

const value = fc.string({
  unit: fc.constantFrom('a', 'b', ';', '=', '"', ',', '1'),
  minLength: 1,
  maxLength: 12,
});
const name = fc.constantFrom(...HOP_BY_HOP, ...FORGED, ...OWN);
const anyCase = fc.tuple(name, fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text));
const list = fc.array(fc.tuple(anyCase, value), { maxLength: 12 });
const connection = fc.option(
  fc
    .array(fc.oneof(anyCase, fc.constantFrom('close', '', '@', 'a b')), { maxLength: 4 })
    .map((parts) => parts.join(', ')),
);

function headersOf(pairs: Array<[string, string]>, named: string | null): Headers {
  const headers = new Headers();
  for (const [key, text] of pairs) headers.append(key, text);
  if (named !== null) headers.set('connection', named);
  return headers;
}

/** What Connection names and may name. */
function namedBy(headers: Headers): string[] {
  const names = (headers.get('connection') ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  return names.filter((text) => !['authorization', 'cookie'].includes(text));
}

it('a request loses hop-by-hop and forged headers, and keeps all others in order', () => {
  fc.assert(
    fc.property(list, connection, (pairs, named) => {
      const received = headersOf(pairs, named);
      const outgoing = new Headers(received);
      originHeaders(received, outgoing, TICKET, 'plimsoll');
      for (const gone of [
        ...HOP_BY_HOP,
        'x-forwarded-port',
        'x-real-ip',
        'plimsoll-ticket',
        'plimsoll-x',
        'true-client-ip',
        'x_forwarded_for',
      ])
        expect(outgoing.has(gone)).toBe(false);
      expect(outgoing.get('x-forwarded-for')).toBe('192.0.2.1');
      expect(outgoing.get('forwarded')).toBe('for=192.0.2.1;host=app.example.com;proto=https');
      const removed = namedBy(received);
      for (const own of OWN) expect(outgoing.get(own)).toBe(removed.includes(own) ? null : received.get(own));
    }),
    runs(),
  );
});

it('a response loses hop-by-hop headers and ours, and keeps all others in order', () => {
  fc.assert(
    fc.property(list, connection, (pairs, named) => {
      const received = headersOf(pairs, named);
      const { headers } = cleanResponse(new Response(null, { headers: received }));
      for (const gone of [...HOP_BY_HOP, 'plimsoll-ticket', 'plimsoll-failure', 'alt-svc'])
        expect(headers.has(gone)).toBe(false);
      const removed = namedBy(received);
      for (const own of OWN)
        if (!removed.includes(own) && own !== 'set-cookie') expect(headers.get(own)).toBe(received.get(own));
      if (!removed.includes('set-cookie')) expect(headers.getSetCookie()).toEqual(received.getSetCookie());
    }),
    runs(),
  );
});
