import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '../../../shared/model/config.ts';
import { announcer } from '../../../tools/cli/announce.ts';
import { type askConsole, NoConsole } from '../../../tools/cli/console_client.ts';
import { CliError } from '../../../tools/project/cli_error.ts';
import { DEFAULT_LOCAL_FACTS } from '../../../tools/project/environment.ts';

const DOCUMENT: ConfigDocument = {
  format: 1,
  version: 4,
  hash: 'abc',
  published_at: '2026-11-01T00:00:00.000Z',
  config: { balancers: [], pools: {}, monitors: {} },
};
const PRODUCTION = { kind: 'production' } as const;
const RUNNING = { kind: 'local', local: { ...DEFAULT_LOCAL_FACTS, pid: 1, console_port: 9_999 } } as const;
const SET = { PLIMSOLL_CONSOLE_URL: 'https://console.example.com/', PLIMSOLL_PUBLISH_TOKEN: 'sesame' };

/** A console. @param answer its answer, or the error with which asking it fails */
function consoleWith(answer: object) {
  const asked: unknown[][] = [];
  const ask = (async (...question: unknown[]) => {
    asked.push(question.slice(0, 3));
    if (answer instanceof Error) throw answer;
    return answer;
  }) as typeof askConsole;
  return { ask, asked };
}

describe('announcer', () => {
  it('sends the document to the console of production, with its own token', async () => {
    const { ask, asked } = consoleWith({ accepted: true });
    expect(await announcer(PRODUCTION, SET, ask)(DOCUMENT)).toBeUndefined();
    expect(asked).toEqual([
      [{ base_url: 'https://console.example.com', token: 'sesame' }, '/api/announce', DOCUMENT],
    ]);
  });

  it.each([
    ['the address', { PLIMSOLL_PUBLISH_TOKEN: 'sesame' }],
    ['the token', { PLIMSOLL_CONSOLE_URL: 'https://console.example.com' }],
  ])('asks nobody without %s, and says what to set', async (_, env) => {
    const { ask, asked } = consoleWith({ accepted: true });
    expect(await announcer(PRODUCTION, env, ask)(DOCUMENT)).toMatch(
      /^gateways follow within about a minute; set PLIMSOLL_CONSOLE_URL and PLIMSOLL_PUBLISH_TOKEN, and /,
    );
    expect(asked).toEqual([]);
  });

  it.each([
    [
      'does not answer',
      new NoConsole('no console answers at https://console.example.com'),
      'no console answers',
    ],
    ['refuses', new CliError('PUBLISH_TOKEN is not set'), 'PUBLISH_TOKEN is not set'],
  ])('says why gateways follow later if the console of production %s', async (_, answer, words) => {
    const note = await announcer(PRODUCTION, SET, consoleWith(answer).ask)(DOCUMENT);
    expect(note).toContain('gateways follow within about a minute, because ');
    expect(note).toContain(words);
  });

  it('says that a lower version takes longer', async () => {
    expect(await announcer(PRODUCTION, SET, consoleWith({ accepted: false }).ask)(DOCUMENT)).toBe(
      'gateways follow within about five minutes, because the health Worker knows a newer version already',
    );
  });

  it('tells the console of `npm start`, without the address and the token of production', async () => {
    const { ask, asked } = consoleWith({ accepted: true });
    expect(await announcer(RUNNING, SET, ask)(DOCUMENT)).toBeUndefined();
    expect(asked).toEqual([[{ base_url: 'http://127.0.0.1:9999' }, '/api/announce', DOCUMENT]]);
  });

  it('says nothing if `npm start` does not run, or its console does not answer yet', async () => {
    const { ask, asked } = consoleWith(new NoConsole('no console answers'));
    expect(
      await announcer({ kind: 'local', local: DEFAULT_LOCAL_FACTS }, SET, ask)(DOCUMENT),
    ).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await announcer(RUNNING, {}, ask)(DOCUMENT)).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it('says what a local console complains of', async () => {
    const { ask } = consoleWith(new CliError('the health Worker does not answer'));
    expect(await announcer(RUNNING, {}, ask)(DOCUMENT)).toContain('the health Worker does not answer');
  });
});
