import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fileWith } from '../../project/temporary_files.ts';
import { lb } from '../lb_process.ts';

// The completion scripts, in the real shells.

const script = async (shell: string) => (await lb(['completion', shell])).stdout;
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;
const named = (shell: string) => `in ${shell}${has(shell) ? '' : ` (skipped: needs ${shell})`}`;

/** What is typed, and some of what is offered; `null`: something that is not. */
const CASES: readonly [string[], string[], string | null][] = [
  [['lb', 'stat'], ['status'], 'token'],
  [['lb', 'config', 'ro'], ['rollback'], 'history'],
  [['lb', 'config', 'rollback', '--w'], ['--wait'], '--comment'],
  [['lb', 'drain', 'eu/eu-1', '--f'], ['--force'], null],
  [['lb', 'token', 'new', '--scope', ''], ['read', 'operate', 'admin'], '--scope'],
  [['lb', 'deploy', 'sel'], ['selector'], 'gateway'],
];

describe.skipIf(!has('bash'))(named('bash'), () => {
  it.each(CASES)('%j offers %j', async (typed, offered, other) => {
    const file = fileWith(await script('bash'), 'lb.bash');
    const run = `source ${file}; COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}; _lb; printf '%s\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', run], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    for (const word of offered) expect(lines).toContain(word);
    if (other !== null) expect(lines).not.toContain(other);
  });
});

describe.skipIf(!has('zsh'))(named('zsh'), () => {
  it.each(CASES)('%j offers %j', async (typed, offered) => {
    const file = fileWith(await script('zsh'), 'lb.zsh');
    // The completion system itself needs a terminal. Its function is replaced by one that prints what it is given.
    const run = `compdef() { :; }; _files() { :; }; _describe() { print -l -- "\${(@P)2}"; }; source ${file}; words=(${typed.map((word) => `'${word}'`).join(' ')}); CURRENT=${typed.length}; _lb`;
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', run], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const names = stdout.split('\n').map((line) => line.split(':')[0]);
    for (const word of offered) expect(names).toContain(word);
  });
});

describe.skipIf(!has('fish'))(named('fish'), () => {
  it.each(CASES)('%j offers %j', async (typed, offered, other) => {
    const file = fileWith(await script('fish'), 'lb.fish');
    const { stdout, stderr } = spawnSync(
      'fish',
      ['--no-config', '-c', `source ${file}; complete -C '${typed.join(' ')}'`],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const names = stdout.split('\n').map((line) => line.split('\t')[0]);
    for (const word of offered) expect(names).toContain(word);
    if (other !== null) expect(names).not.toContain(other);
  });
});
