import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { chosenProfile } from '../../../../tools/cli/profile/chosen_profile.ts';
import { writeProfiles } from '../../../../tools/cli/profile/profiles.ts';
import { inRoot } from '../../../../tools/project/root.ts';
import { newFolder } from '../../project/temporary_files.ts';
import { startConsole, TOKEN } from '../fake_console.ts';
import { lb } from '../lb_process.ts';

const ADDRESS = 'https://console.example.com';

/** A folder for settings with two profiles. */
function settings(current?: string) {
  const XDG_CONFIG_HOME = newFolder();
  writeProfiles(join(XDG_CONFIG_HOME, 'plimsoll', 'profiles.json'), {
    profiles: { one: { console: ADDRESS, token: TOKEN }, two: { console: `${ADDRESS}/two`, token: TOKEN } },
    ...(current === undefined ? {} : { current }),
  });
  return { XDG_CONFIG_HOME };
}

/** Runs `lb` with a text on its standard input. */
async function lbWith(input: string, args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [inRoot('tools', 'cli', 'bin.js'), ...args], {
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

describe('the console that a command asks', () => {
  it.each([
    [{ profile: 'two' }, { LB_PROFILE: 'one', PLIMSOLL_CONSOLE_URL: 'https://other' }, 'one', 'two'],
    [{ profile: 'local' }, { LB_PROFILE: 'one' }, 'one', 'local'],
    [{ console: 'https://other' }, { LB_PROFILE: 'one' }, 'one', undefined],
    [{ local: true }, { LB_PROFILE: 'one' }, 'one', undefined],
    [{}, { LB_PROFILE: 'two', PLIMSOLL_CONSOLE_URL: 'https://other' }, 'one', undefined],
    [{}, { LB_PROFILE: 'two', CLOUDFLARE_API_TOKEN: 'x' }, 'one', undefined],
    [{}, { LB_PROFILE: 'two' }, 'one', 'two'],
    [{}, {}, 'one', 'one'],
    [{}, {}, undefined, undefined],
  ])('with %j and %j, and %s in use, is that of %s', (options, env, current, expected) => {
    const chosen = chosenProfile(options, { ...settings(current), ...env });
    const address = { one: ADDRESS, two: `${ADDRESS}/two` }[expected ?? ''];
    expect(typeof chosen === 'object' ? chosen.console : chosen).toBe(address ?? expected);
  });

  it('is refused with the names that there are, if the profile is none', () => {
    expect(() => chosenProfile({ profile: 'on' }, settings())).toThrow(
      '--profile: there is no profile "on"; there are local, one, two',
    );
    expect(() => chosenProfile({ profile: '__proto__' }, settings())).toThrow('there is no profile');
  });
});

describe('lb profile', { timeout: 30_000 }, () => {
  it('keeps a console with its token for this user alone, and shows the token nowhere', async () => {
    await using console_ = await startConsole();
    const env = {
      XDG_CONFIG_HOME: newFolder(),
      CLOUDFLARE_API_TOKEN: '',
      PLIMSOLL_CONSOLE_URL: '',
      PLIMSOLL_TOKEN: '',
    };
    const added = await lbWith(`${TOKEN}\n`, ['profile', 'add', 'test', console_.url], env);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const file = join(env.XDG_CONFIG_HOME, 'plimsoll', 'profiles.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const listed = await lb(['profile', 'list'], env);
    expect(listed.stdout).toBe(`  local  the system of \`npm start\`\n* test  ${console_.url}\n`);
    expect(`${added.stdout}${listed.stdout}`).not.toContain(TOKEN);
    const history = await lb(['config', 'history'], env);
    expect(history).toMatchObject({ code: 0, stdout: 'nothing is published yet\n' });
    expect(console_.asked[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
    expect((await lb(['profile', 'use', 'local'], env)).code).toBe(0);
    expect((await lb(['profile', 'remove', 'test'], env)).code).toBe(0);
    expect((await lb(['profile', 'list', '--json'], env)).stdout).not.toContain('test');
  });

  it.each([
    ['no token', ['profile', 'add', 'test', ADDRESS], 'that is no token'],
    [TOKEN, ['profile', 'add', 'local', ADDRESS], 'is not "local"'],
    [TOKEN, ['profile', 'add', 'A B', ADDRESS], 'small letters'],
    [TOKEN, ['profile', 'add', 'test', 'console.example.com'], 'is not the address of a console'],
    ['', ['profile', 'use', 'nobody'], 'there is no profile "nobody"'],
    ['', ['profile', 'remove', 'nobody'], 'there is no profile "nobody"'],
  ])('refuses %j for %j in one line', async (input, args, says) => {
    const { code, stderr } = await lbWith(input, args, { XDG_CONFIG_HOME: newFolder() });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(code).toBe(2);
  });

  it('sends queries through the console of a profile', async () => {
    const rows = [{ origin: 'eu/a', n: '3' }];
    const columns = [
      { name: 'origin', type: 'String' },
      { name: 'n', type: 'UInt64' },
    ];
    await using console_ = await startConsole(({ path }) =>
      path === '/api/sql' ? [200, { table: 'plimsoll_traffic_v2', columns, rows, older: [] }] : undefined,
    );
    const XDG_CONFIG_HOME = newFolder();
    writeProfiles(join(XDG_CONFIG_HOME, 'plimsoll', 'profiles.json'), {
      profiles: { one: { console: console_.url, token: TOKEN } },
    });
    const query = 'SELECT pool, origin AS n FROM health';
    const { stdout, code } = await lb(['sql', query, '--profile', 'one', '--json'], { XDG_CONFIG_HOME });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(console_.asked[0]?.body['query']).toContain('FROM plimsoll_health_v1');
  });
});
