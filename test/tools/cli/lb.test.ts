import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lb } from './lb_process.ts';

describe('lb', { timeout: 30_000 }, () => {
  it('lists its commands', async () => {
    const { stdout } = await lb(['--help']);
    for (const name of ['validate', 'publish', 'sql', 'deploy', 'schema', 'bundle-config'])
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  });

  it('explains one command', async () => {
    expect((await lb(['help', 'validate'])).stdout).toContain('Usage: lb validate [options] [file]');
    expect((await lb(['validate', '--help'])).stdout).toContain('Usage: lb validate [options] [file]');
  });

  it('prints the version in package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await lb(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it('refuses a command that it does not have', async () => {
    const { code, stderr } = await lb(['valdiate']);
    expect(stderr).toContain("unknown command 'valdiate'");
    expect(code).toBe(1);
  });
});
