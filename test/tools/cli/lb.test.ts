import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileWith, newFolder } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

describe('lb', () => {
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

  it.each([
    ['validate'],
    ['publish'],
    ['backtest'],
    ['probe', '--config'],
    ['strategy', 'check'],
    ['strategy', 'publish', '--name', 'x'],
  ])('%s %s %s %s names a file that is a directory as that, in one line', async (...command) => {
    const folder = newFolder();
    const { code, stderr } = await lb([...command, folder]);
    expect(stderr).toMatch(/^lb: .* is a directory; name a (?:configuration file|script)\n$/);
    expect(code).toBe(1);
  });

  it.each([
    ['publish', 'x'],
    ['drain', 'x'],
    ['maintenance', 'x'],
    ['ready', 'x'],
    ['probe'],
    ['sql', 'x'],
    ['backtest'],
    ['strategy', 'publish', 'x', '--name', 'x'],
    ['strategy', 'compare'],
  ])('%s refuses --local beside --remote as an error of usage', async (...command) => {
    const { code, stdout, stderr } = await lb([...command, '--local', '--remote']);
    expect(stderr).toBe("error: option '--local' cannot be used with option '--remote'\n");
    expect([code, stdout]).toEqual([1, '']);
  });

  it('says where a file is nested too deep, without a stack', async () => {
    const file = fileWith('['.repeat(20_000));
    const { code, stdout, stderr } = await lb(['validate', file]);
    expect(stdout).toContain(`${file}:1:101  error  nested more than 100 levels deep`);
    expect([code, stderr]).toEqual([1, '']);
  });

  it('refuses a command that it does not have', async () => {
    const { code, stderr } = await lb(['valdiate']);
    expect(stderr).toContain("unknown command 'valdiate'");
    expect(code).toBe(1);
  });
});
