import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SUBCOMMANDS } from '../../../tools/cli/commands.ts';
import { fileWith, newFolder } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

describe('lb', () => {
  it('lists its commands', async () => {
    const { stdout } = await lb(['--help']);
    for (const name of ['validate', 'publish', 'weight', 'config', 'token', 'sql', 'deploy', 'schema'])
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  });

  it('lists its exit codes', async () => {
    expect((await lb(['--help'])).stdout).toMatch(/^Exit codes: 0 done; 1 .*; 2 .*; 3 .*\.$/m);
  });

  it('explains one command', async () => {
    expect((await lb(['help', 'validate'])).stdout).toContain('Usage: lb validate [options] [file]');
    expect((await lb(['validate', '--help'])).stdout).toContain('Usage: lb validate [options] [file]');
  });

  it.each(SUBCOMMANDS)(
    'describes $name in sentences, and its arguments and options in phrases',
    async (given) => {
      const command = await given.load();
      expect(given.summary).toMatch(/^[a-z].*[^.]$/);
      for (const one of [command, ...command.commands]) {
        expect(one.description()).toMatch(/^[A-Z].*\.$/);
        for (const { flags, description } of one.options) expect(description, flags).toMatch(/^[a-z].*[^.]$/);
        for (const argument of one.registeredArguments) expect(argument.description).toMatch(/[^.]$/);
      }
    },
  );

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
  ])('%s %s %s %s reports in one line that a file is a directory', async (...command) => {
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
    ['weight', 'p/o', '1'],
    ['config', 'history'],
    ['config', 'adopt'],
    ['token', 'list'],
    ['strategy', 'use', 'hash', '--pool', 'x'],
    ['probe'],
    ['sql', 'x'],
    ['backtest'],
    ['strategy', 'publish', 'x', '--name', 'x'],
    ['strategy', 'compare'],
  ])('%s refuses --local together with --remote', async (...command) => {
    const { code, stdout, stderr } = await lb([...command, '--local', '--remote']);
    expect(stderr).toBe("error: option '--local' cannot be used with option '--remote'\n");
    expect([code, stdout]).toEqual([2, '']);
  });

  it('reports a file that is nested too deeply, without a stack', async () => {
    const file = fileWith('['.repeat(20_000));
    const { code, stdout, stderr } = await lb(['validate', file]);
    expect(stdout).toContain(`${file}:1:101  error  nested more than 100 levels deep`);
    expect([code, stderr]).toEqual([1, '']);
  });

  it('refuses an unknown command', async () => {
    const { code, stderr } = await lb(['valdiate']);
    expect(stderr).toContain("unknown command 'valdiate'");
    expect(code).toBe(2);
  });
});
