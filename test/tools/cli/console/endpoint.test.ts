import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { consoleEndpoint } from '../../../../tools/cli/console/endpoint.ts';
import { localFacts } from '../../../../tools/project/environment.ts';

const PRODUCTION = { PLIMSOLL_CONSOLE_URL: 'https://console.example.com/', PLIMSOLL_TOKEN: 'sesame' };

describe('consoleEndpoint', () => {
  it('is production with PLIMSOLL_CONSOLE_URL, because a deployed console needs no token of Cloudflare', () => {
    expect(consoleEndpoint({}, PRODUCTION)).toEqual({
      base_url: 'https://console.example.com',
      token: 'sesame',
      kind: 'production',
    });
  });

  it('is the console of `npm start` with --local, or without any variable', () => {
    for (const [options, env] of [
      [{ local: true }, PRODUCTION],
      [{}, {}],
    ] as const)
      expect(consoleEndpoint(options, env)).toMatchObject({
        base_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        kind: 'local',
      });
  });

  it('shows another local console only PLIMSOLL_TOKEN, and not the token of `npm start`', () => {
    const options = { local: true, console: 'http://127.0.0.1:1234/' };
    expect(consoleEndpoint(options, {})).toEqual({ base_url: 'http://127.0.0.1:1234', kind: 'local' });
    expect(consoleEndpoint(options, PRODUCTION).token).toBe('sesame');
  });

  it('knows the console of `npm start` by its address too', () => {
    const { console_port, token_file } = localFacts();
    const token = existsSync(token_file) ? readFileSync(token_file, 'utf8').trim() : undefined;
    for (const host of ['127.0.0.1', 'localhost'])
      expect(consoleEndpoint({ local: true, console: `http://${host}:${console_port}` }, {}).token).toBe(
        token,
      );
  });

  it.each(['console.example.com', 'ftp://console.example.com', 'http://'])(
    'refuses the address %s',
    (url) => {
      for (const [options, env] of [
        [{ console: url }, PRODUCTION],
        [{}, { ...PRODUCTION, PLIMSOLL_CONSOLE_URL: url }],
        [{ local: true, console: url }, {}],
      ] as const)
        expect(() => consoleEndpoint(options, env)).toThrow(
          expect.objectContaining({ exit_code: 2, message: expect.stringContaining('https://') }) as Error,
        );
    },
  );

  it.each([
    [{ PLIMSOLL_TOKEN: 'sesame' }, 'the address of the console is missing; set PLIMSOLL_CONSOLE_URL'],
    [
      { PLIMSOLL_CONSOLE_URL: 'https://c.example.com' },
      'the token of the console is missing; set PLIMSOLL_TOKEN',
    ],
  ])('says what is missing beside %o', (env, message) => {
    expect(() => consoleEndpoint({ remote: true }, env)).toThrow(message);
    expect(() => consoleEndpoint({ remote: true }, env)).toThrow(
      expect.objectContaining({ exit_code: 2 }) as Error,
    );
  });
});
