import { describe, expect, it } from 'vitest';
import { fileWith } from '../../project/temporary_files.ts';
import { lb } from '../lb_process.ts';

const config = (...notifications: object[]) =>
  fileWith(
    JSON.stringify({
      load_balancers: [{ name: 'app.example.com', default_pools: ['eu'] }],
      pools: [{ name: 'eu', origins: [{ name: 'a', address: 'a.example.com' }] }],
      notifications,
    }),
  );
const SLACK = { name: 'chat', url: 'https://hooks.slack.com/services', template: 'slack' };
const OPS = { name: 'ops', url: 'https://hooks.example.com/', pools: ['eu'] };

describe('lb notify test', { timeout: 30_000 }, () => {
  it('prints the requests of every webhook, and sends nothing', async () => {
    const { code, stdout } = await lb(['notify', 'test', '--config', config(SLACK, OPS)]);
    expect(code).toBe(0);
    expect(stdout).toContain('chat: an origin fails\nPOST https://hooks.slack.com/services/U0VDUkVU\n');
    expect(stdout).toContain('ops: an origin is well again\nPOST https://hooks.example.com/\n');
    expect(stdout).toMatch(/^webhook-signature: v1,/m);
    expect(stdout).toContain('"origin": "eu/a"');
  });

  it('prints those of one webhook as JSON', async () => {
    const { stdout } = await lb(['notify', 'test', 'chat', '--json', '--config', config(SLACK, OPS)]);
    expect(JSON.parse(stdout)).toMatchObject([
      { webhook: 'chat', change: 'opened' },
      { webhook: 'chat', change: 'closed' },
    ]);
  });

  it.each([
    [['nobody'], config(OPS), 'there is no webhook "nobody"', 2],
    [[], config(), 'has no `notifications`', 2],
    [[], config({ ...OPS, template: 'teams' }), 'got "teams"; allowed', 1],
  ])('says what is wrong with %j', async (args, file, says, expected) => {
    const { code, stderr } = await lb(['notify', 'test', ...args, '--config', file]);
    expect(stderr).toContain(says);
    expect(code).toBe(expected);
  });
});
