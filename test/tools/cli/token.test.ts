import { describe, expect, it } from 'vitest';
import { isToken } from '../../../shared/contracts/access.ts';
import { refusal, startConsole, TOKEN } from './fake_console.ts';
import { lb } from './lb_process.ts';

const INFO = {
  id: 'a'.repeat(32),
  name: 'ci',
  scope: 'operate',
  status: 'active',
  created_at: '2026-01-02T00:00:00.000Z',
  created_by: 'admin token',
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
};

describe('lb token', () => {
  it('new --print makes up another token each time, and asks nobody', async () => {
    const [one, two] = [await lb(['token', 'new', '--print']), await lb(['token', 'new', '--print'])];
    expect(isToken(one.stdout.trim())).toBe(true);
    expect(two.stdout).not.toBe(one.stdout);
  });

  it('new prints the token alone on standard output, and what to do with it beside', async () => {
    await using api = await startConsole(() => [200, { ...INFO, token: `plimsoll_${'n'.repeat(43)}` }]);
    const args = ['token', 'new', 'ci', '--scope', 'operate', '--expires', '90d'];
    const { stdout, stderr } = await lb(args, api.env);
    expect(stdout).toBe(`plimsoll_${'n'.repeat(43)}\n`);
    expect(stderr).toContain(`note: token ${INFO.id} allows operate. It is not shown again`);
    const [asked] = api.asked;
    expect(asked).toMatchObject({
      method: 'POST',
      path: '/api/tokens',
      body: { name: 'ci', scope: 'operate' },
    });
    const days = (Date.parse(String(asked?.body['expires_at'])) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
  });

  it('list shows no text of a token', async () => {
    await using api = await startConsole(() => [200, { tokens: [INFO] }]);
    const { stdout } = await lb(['token', 'list'], api.env);
    expect(stdout).toMatch(/^a{32} +ci +operate +active +2026-01-02 +never +never$/m);
    expect(stdout).not.toContain(TOKEN);
  });

  it('says which scope is missing, without the words that are for programs', async () => {
    const message = 'this needs the scope "admin", and token op has "operate"';
    await using api = await startConsole(() => refusal(403, 10_000, `Authentication error: ${message}`));
    expect(await lb(['token', 'list'], api.env)).toMatchObject({
      code: 1,
      stderr: `lb: ${api.url}: ${message}\n`,
    });
  });

  it('revoke ends a token', async () => {
    await using api = await startConsole(() => [200, { ...INFO, status: 'revoked' }]);
    expect((await lb(['token', 'revoke', INFO.id], api.env)).stdout).toBe(`token ${INFO.id} is revoked\n`);
    expect(api.asked).toMatchObject([{ method: 'DELETE', path: `/api/tokens/${INFO.id}` }]);
  });

  it.each([
    [['new'], 'name the token'],
    [['new', 'ci', '--scope', 'root'], 'Allowed choices are read, operate, admin'],
    [['new', 'ci', '--expires', 'soon'], 'It must be a number of days'],
  ])('%j is refused with 2', async (args, message) => {
    const { code, stderr } = await lb(['token', ...args], { PLIMSOLL_CONSOLE_URL: 'http://127.0.0.1:9' });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
