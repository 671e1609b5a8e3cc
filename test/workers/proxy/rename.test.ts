import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../shared/contracts/carrying.ts';
import { carry } from '../../../workers/proxy/carry.ts';
import { nameForClient, nameForOrigin } from '../../../workers/proxy/rename.ts';
import { ENV, fakeIo } from './fake_io.ts';
import { TICKET } from './ticket.ts';

const ORIGIN = 'http://One.internal:8080/dir?x=1';

function given(
  headers: Record<string, string>,
  { url = ORIGIN, sent_url = url, ...ticket }: Partial<Ticket> & { url?: string; sent_url?: string } = {},
) {
  const response = new Response('body', { status: 301, headers });
  return nameForClient(response, { ...TICKET, ...ticket }, url, sent_url).headers;
}

describe('a URL with the name of the origin', () => {
  it.each([
    ['http://one.internal:8080/dir/', 'https://app.example.com/dir/'],
    ['HTTP://ONE.INTERNAL:8080/dir/', 'https://app.example.com/dir/'],
    ['http://one.internal:8080', 'https://app.example.com'],
    ['http://one.internal:8080?a=//b', 'https://app.example.com?a=//b'],
    ['http://one.internal:8080#top', 'https://app.example.com#top'],
    [
      'http://one.internal:8080/%2e%2E//é?u=http://one.internal:8080/',
      'https://app.example.com/%2e%2E//é?u=http://one.internal:8080/',
    ],
    // An application that knows the client's scheme from X-Forwarded-Proto, and its own host.
    ['https://one.internal:8080/dir/', 'https://app.example.com/dir/'],
    ['//one.internal:8080/dir/', '//app.example.com/dir/'],
  ])('is renamed for clients: %s', (value, renamed) => {
    // As bytes, because headers contain bytes.
    const bytes = (text: string) => text.replaceAll('é', '%C3%A9');
    for (const name of ['location', 'content-location'])
      expect(given({ [name]: bytes(value) }).get(name)).toBe(bytes(renamed));
  });

  it.each([
    ['0; url=http://one.internal:8080/a', '0; url=https://app.example.com/a'],
    ["5;URL='http://one.internal:8080/a'", "5;URL='https://app.example.com/a'"],
    ['5, url = "http://one.internal:8080"', '5, url = "https://app.example.com"'],
    ['0.5 ; http://one.internal:8080/', '0.5 ; https://app.example.com/'],
    ['http://one.internal:8080/', 'https://app.example.com/'],
  ])('is renamed in Refresh: %s', (value, renamed) => {
    expect(given({ refresh: value }).get('refresh')).toBe(renamed);
  });

  it.each([
    ['http://one.internal', 'http://one.internal:80/x'],
    ['http://one.internal:80', 'http://one.internal/x'],
    ['https://one.internal', 'https://one.internal:443/x'],
    ['https://one.internal:443', 'https://one.internal/x'],
    ['https://one.internal', 'https://one.internal:/x'],
    ['http://[2001:db8::1]:8080', 'http://[2001:db8::1]:8080/x'],
  ])('is recognised with and without its default port: %s, %s', (origin, location) => {
    expect(given({ location }, { url: `${origin}/` }).get('location')).toBe('https://app.example.com/x');
  });

  it('is also recognised by the Host that replaces the address', () => {
    const options = {
      host: 'shop.internal',
      url: 'http://10.0.0.1:81/',
      sent_url: 'http://shop.internal:81/',
    };
    for (const authority of ['10.0.0.1:81', 'shop.internal:81', 'shop.internal'])
      expect(given({ location: `http://${authority}/x` }, options).get('location')).toBe(
        'https://app.example.com/x',
      );
  });
});

it.each([
  '/dir/',
  'dir/',
  '?x',
  'http://one.internal/dir/',
  'http://one.internal:80801/dir/',
  'http://one.internal:8080.evil.test/',
  'http://not-one.internal:8080/',
  'http://user@one.internal:8080/',
  'http://one.internal:8080@evil.test/',
  'http://one.internal:8080\\@evil.test/',
  'http:/one.internal:8080/',
  'ftp://one.internal:8080/',
  'https://other.test/?u=http://one.internal:8080/',
  'https://app.example.com/dir/',
  '',
])('a value without the name of the origin stays unchanged: %j', (value) => {
  const response = new Response('body', {
    headers: { location: value, 'content-location': value, refresh: `1; ${value}` },
  });
  expect(nameForClient(response, TICKET, ORIGIN, ORIGIN)).toBe(response);
});

describe('a redirect to https, for a client that uses http', () => {
  const client = { client_origin: 'http://app.example.com:8787' };

  it.each([
    ['from an origin that is reached over http', 'http://one.internal', 'https://one.internal/any'],
    ['to the requested URL itself', 'https://one.internal', 'https://one.internal/dir?x=1'],
  ])('stays a redirect to https %s', (_, origin, location) => {
    const renamed = given({ location }, { ...client, url: `${origin}/dir?x=1` }).get('location');
    expect(renamed).toBe(location.replace('one.internal', 'app.example.com'));
  });

  it('becomes http if an origin that is reached over https names another URL', () => {
    const url = 'https://one.internal/dir';
    expect(given({ location: 'https://one.internal/dir/' }, { ...client, url }).get('location')).toBe(
      'http://app.example.com:8787/dir/',
    );
  });

  it('stays a redirect to https if the origin has the same name as the balancer', () => {
    const location = 'https://app.example.com/dir';
    const names = { client_origin: 'http://app.example.com', host: 'app.example.com' };
    expect(given({ location }, names).get('location')).toBe(location);
  });
});

describe('Destination', () => {
  function sent(destination: string, client_origin = TICKET.client_origin): string | null {
    const headers = new Headers({ destination });
    nameForOrigin(headers, { ...TICKET, client_origin }, ORIGIN);
    return headers.get('destination');
  }

  it.each([
    ['https://app.example.com/b%20c?x', 'http://One.internal:8080/b%20c?x'],
    ['https://APP.example.com:443/b', 'http://One.internal:8080/b'],
    // A proxy in front terminated TLS without saying so.
    ['http://app.example.com/b', 'http://One.internal:8080/b'],
  ])('with the name of the balancer gets the name of the origin: %s', (destination, renamed) => {
    expect(sent(destination)).toBe(renamed);
  });

  it.each(['/b', 'https://other.test/b', 'https://app.example.com:8443/b', 'https://u@app.example.com/b'])(
    'that names somebody else, or nobody, stays as it is: %s',
    (destination) => expect(sent(destination)).toBe(destination),
  );
});

describe('carry', () => {
  const url = 'http://one.internal/a';
  const carried = async (method: string, ticket: Partial<Ticket> = {}) => {
    const io = fakeIo(
      async () =>
        new Response(null, {
          status: 201,
          headers: { location: 'http://one.internal/b', 'keep-alive': '1' },
        }),
    );
    const request = new Request(url, { method, headers: { destination: 'https://app.example.com/b' } });
    const response = await carry(request, { ...TICKET, ...ticket }, ENV, io);
    return [io.requests[0]?.headers.get('destination'), response.headers.get('location'), response.status];
  };

  it.each(['COPY', 'MOVE'])(
    'renames the Destination of %s, and the Location of its answer',
    async (method) => {
      expect(await carried(method)).toEqual(['http://one.internal/b', 'https://app.example.com/b', 201]);
    },
  );

  it('keeps the Destination of methods that are not WebDAV', async () => {
    expect((await carried('GET'))[0]).toBe('https://app.example.com/b');
  });

  it('renames nothing if `rewrite_redirects` is false', async () => {
    expect(await carried('MOVE', { rewrite_redirects: false })).toEqual([
      'https://app.example.com/b',
      'http://one.internal/b',
      201,
    ]);
  });
});
