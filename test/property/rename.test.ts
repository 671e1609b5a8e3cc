import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nameForClient, nameForOrigin } from '../../workers/proxy/rename.ts';
import { TICKET } from '../workers/proxy/ticket.ts';
import { runs } from './runs.ts';

const host = fc.constantFrom(
  'one.internal',
  'two.internal',
  'app.example.com',
  '10.0.0.1',
  '[2001:db8::1]',
  'one.internal.evil.test',
);
const scheme = fc.constantFrom('http', 'https');
const port = fc.constantFrom('', ':80', ':443', ':8080');
const rest = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      fc.constantFrom('/', '?', '#'),
      fc.string({
        unit: fc.constantFrom('a', '/', '%2F', '?', '@', ':', 'http://one.internal', '\\', '.', '='),
        maxLength: 8,
      }),
    )
    .map((parts) => parts.join('')),
);
const url = fc.record({ scheme, host, port, rest });
type Url = { scheme: string; host: string; port: string; rest: string };

const textOf = ({ scheme, host, port, rest }: Url) => `${scheme}://${host}${port}${rest}`;
const siteOf = ({ scheme, host, port }: Url) => `${host}${port || (scheme === 'https' ? ':443' : ':80')}`;
const request = fc
  .tuple(scheme, host, port)
  .map(([scheme, host, port]): Url => ({ scheme, host, port, rest: '/asked?for' }));

function renamed(value: string, origin: Url, client: Url): string {
  const client_origin = `${client.scheme}://${client.host}${client.port}`;
  const response = new Response(null, { headers: { location: value } });
  const ticket = { ...TICKET, client_origin };
  return nameForClient(response, ticket, textOf(origin), textOf(origin)).headers.get('location') ?? '';
}

it('Location is rewritten only if it names the origin, and only at its start', () => {
  fc.assert(
    fc.property(url, request, request, (location, origin, client) => {
      const text = textOf(location);
      const authority = (of: Url) => `${of.host}${of.port}`;
      const own =
        authority(location) !== authority(client) &&
        (authority(location) === authority(origin) || siteOf(location) === siteOf(origin));
      const result = renamed(text, origin, client);
      if (!own) {
        expect(result).toBe(text);
        return;
      }
      expect(result.endsWith(location.rest)).toBe(true);
      const site = result.slice(0, result.length - location.rest.length);
      const https = `https://${client.host}`;
      const upgrade =
        client.scheme === 'http' &&
        location.scheme === 'https' &&
        (origin.scheme === 'http' || location.rest === origin.rest);
      expect(site).toBe(upgrade ? https : `${client.scheme}://${authority(client)}`);
    }),
    runs(),
  );
});

it('a redirect to https is never rewritten into the http URL that the client asked for', () => {
  fc.assert(
    fc.property(url, request, request, (location, origin, client) => {
      fc.pre(client.scheme === 'http' && location.scheme === 'https');
      expect(renamed(textOf(location), origin, client)).not.toBe(textOf({ ...client, rest: origin.rest }));
    }),
    runs(),
  );
});

it('relative URLs, and those with userinfo, stay byte for byte', () => {
  const relative = rest.filter((text) => !text.startsWith('//'));
  const userinfo = url.map((of) => `${of.scheme}://u@${of.host}${of.port}${of.rest}`);
  fc.assert(
    fc.property(fc.oneof(relative, userinfo), request, request, (text, origin, client) => {
      expect(renamed(text, origin, client)).toBe(text);
    }),
    runs(),
  );
});

it('a Destination on the balancer comes back as the Location that the client knows', () => {
  fc.assert(
    fc.property(rest, request, request, (path, origin, client) => {
      fc.pre(
        siteOf(origin) !== siteOf(client) &&
          `${origin.host}${origin.port}` !== `${client.host}${client.port}`,
      );
      fc.pre(client.scheme === 'https' || origin.scheme === 'http');
      const destination = textOf({ ...client, rest: path });
      const headers = new Headers({ destination });
      nameForOrigin(headers, { ...TICKET, client_origin: textOf({ ...client, rest: '' }) }, textOf(origin));
      const sent = headers.get('destination') ?? '';
      expect(sent).toBe(textOf({ ...origin, rest: path }));
      expect(renamed(sent, origin, client)).toBe(destination);
    }),
    runs(),
  );
});
