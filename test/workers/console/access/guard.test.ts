import { describe, expect, it } from 'vitest';
import type { AccessEnv } from '../../../../workers/console/access/access_env.ts';
import { guard } from '../../../../workers/console/access/guard.ts';
import { newToken } from './fixture.ts';

const TEAM = { ACCESS_TEAM: 'https://team.cloudflareaccess.com', ACCESS_AUD: 'aud' };
const deployed = new Request('https://console.example.com/');
const by_platform = { access: { aud: 'aud', getIdentity: async () => undefined } };

describe('guard', () => {
  it.each<[string, AccessEnv]>([
    ['without any setting', {}],
    ['with an empty secret', { ADMIN_TOKEN: '' }],
    ['without an audience of Access', { ...TEAM, ACCESS_AUD: '' }],
    ['without a team of Access', { ACCESS_AUD: 'aud' }],
    ['with a team that is no URL', { ...TEAM, ACCESS_TEAM: 'team' }],
    ['with a team over http', { ...TEAM, ACCESS_TEAM: 'http://team.cloudflareaccess.com' }],
  ])('closes a deployed console %s, and says what to run', (_, env) => {
    const request = new Request(deployed, { headers: { authorization: 'Bearer x' } });
    expect(() => guard(request, env, {})).toThrow(
      expect.objectContaining({
        status: 403,
        message: expect.stringContaining('wrangler secret put ADMIN_TOKEN -c wrangler.console.toml'),
      }),
    );
  });

  it.each(['admin', 'plimsoll_', `plimsoll_${'a'.repeat(42)}`, `plimsoll_${'a'.repeat(44)}`, 'default'])(
    'closes the console for the secret %j, also if Access is configured',
    (ADMIN_TOKEN) => {
      expect(() => guard(deployed, { ADMIN_TOKEN, ...TEAM }, by_platform)).toThrow(
        expect.objectContaining({ status: 403, message: expect.stringContaining('lb -- token new') }),
      );
    },
  );

  it('opens with a secret of the right form, or with Access', () => {
    expect(() => guard(deployed, { ADMIN_TOKEN: newToken() }, {})).not.toThrow();
    expect(() => guard(deployed, TEAM, {})).not.toThrow();
    expect(() => guard(deployed, { ACCESS_AUD: 'aud' }, by_platform)).not.toThrow();
  });

  it('does not open for a rule of Access that this console was not told of', () => {
    expect(() => guard(deployed, {}, by_platform)).toThrow(expect.objectContaining({ status: 403 }));
  });

  it.each([
    ['a foreign host name that resolves to this machine', { host: 'rebound.example' }],
    ['a page of another site', { host: 'localhost:8788', origin: 'https://evil.example' }],
    [
      'a script tag of another site',
      { host: 'localhost:8788', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ],
  ])('locally refuses %s, even with a valid token', (_, headers) => {
    const env = { LOCAL: 'true', ADMIN_TOKEN: newToken() };
    const request = new Request('http://localhost:8788/api/status', {
      headers: { ...headers, authorization: `Bearer ${env.ADMIN_TOKEN}` },
    });
    expect(() => guard(request, env, {})).toThrow(expect.objectContaining({ status: 403 }));
  });

  it('locally accepts its own page and the command line, and needs a secret as well', () => {
    const here = new Request('http://127.0.0.1:8788/', { headers: { host: '127.0.0.1:8788' } });
    expect(() => guard(here, { LOCAL: 'true', ADMIN_TOKEN: newToken() }, {})).not.toThrow();
    expect(() => guard(here, { LOCAL: 'true' }, {})).toThrow(expect.objectContaining({ status: 403 }));
  });
});
