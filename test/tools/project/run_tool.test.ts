import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';
import { fileWith } from './temporary_files.ts';

/** Much longer than any of these commands takes on a busy machine. */
const END_MS = 120_000;
/** An address where nothing listens. */
const NOBODY = 'http://127.0.0.1:9';

/** Runs a script to its end. @returns its exit code, its output, and the processes that it left */
async function run(script: string, args: readonly string[], signal = AbortSignal.timeout(END_MS)) {
  const env = {
    ...process.env,
    XDG_CONFIG_HOME: '/nowhere',
    CLOUDFLARE_API_TOKEN: 'stand-in',
    CLOUDFLARE_ACCOUNT_ID: '0123456789abcdef0123456789abcdef',
    CLOUDFLARE_API_BASE_URL: `${NOBODY}/client/v4`,
    PLIMSOLL_SQL_URL: NOBODY,
  };
  // Processes that it starts belong to its process group.
  const child = spawn(process.execPath, [script, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const late = () => void process.kill(-(child.pid ?? 0), 'SIGKILL');
  signal.addEventListener('abort', late);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  signal.removeEventListener('abort', late);
  return { code, stdout, stderr, left: groupOf(child.pid ?? 0) };
}

/** The processes of a group, without zombies. */
function groupOf(group: number): string[] {
  return execFileSync('ps', ['-eo', 'pgid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, id, state]) => Number(id) === group && !state?.startsWith('Z'))
    .map(([, , , args = '']) => args);
}

const CONFIG = () =>
  fileWith(
    '{ "load_balancers": [{ "name": "*", "default_pools": ["p"] }], "pools": [{ "name": "p", "origins": [{ "name": "o", "address": "o.example.com" }] }] }',
  );
const SCRIPT = () =>
  fileWith(
    `import type { Strategy } from 'plimsoll/strategy.ts';
export default {
  name: 'mine',
  reads: [],
  use: 'repeat',
  rank: (targets) => ({ order: targets.map(({ id }) => id) }),
} satisfies Strategy;`,
    'mine.ts',
  );

/** Every subcommand of `lb`, with arguments for as much work as is possible without a network. */
const COMMANDS: Readonly<Record<string, () => string[]>> = {
  validate: () => [CONFIG()],
  publish: () => [CONFIG(), '--local', '--console', NOBODY],
  drain: () => ['p', '--local', '--console', NOBODY],
  // These run the same code as `drain`.
  maintenance: () => [],
  ready: () => [],
  weight: () => ['p/o', '0.5', '--local', '--console', NOBODY],
  config: () => ['history', '--local', '--console', NOBODY],
  token: () => ['new', '--print'],
  strategy: () => ['check', SCRIPT()],
  sql: () => ['SELECT origin FROM traffic'],
  probe: () => ['p/o', '--local', '--console', NOBODY],
  explain: () => ['https://app.example.com/', '--local', '--console', NOBODY],
  status: () => ['--local', '--console', NOBODY],
  tail: () => ['--local', '--console', NOBODY],
  import: () => ['haproxy', 'nothing.cfg'],
  top: () => ['--local', '--console', NOBODY],
  profile: () => ['list'],
  completion: () => ['bash'],
  audit: () => ['--local', '--console', NOBODY],
  backtest: () => [CONFIG()],
  notify: () => ['test', '--config', CONFIG()],
  simulate: () => ['docs/plots/weights.json'],
  cost: () => [CONFIG()],
  deploy: () => ['proxy', '--dry-run'],
  schema: () => ['--print'],
  'bundle-config': () => [],
};

const LB = inRoot('tools', 'cli', 'lb.ts');

describe('every command that must end', { timeout: END_MS + 10_000 }, () => {
  it('is in this list', async () => {
    const { stdout } = await run(LB, ['--help']);
    const [, listed = ''] = stdout.split('Commands:\n');
    const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
    expect(names.filter((name) => name !== 'help').sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  it.each(Object.keys(COMMANDS))('lb %s ends and leaves no process', async (name) => {
    const { code, left, stdout, stderr } = await run(LB, [name, ...(COMMANDS[name]?.() ?? [])]);
    expect(left).toEqual([]);
    // It exited by itself. A process that hangs is killed and has no exit code.
    expect(code, stdout + stderr).not.toBeNull();
  });

  it.each([
    [
      'simulate',
      'tools/simulate/simulate.ts',
      ['tools/simulate/examples/restart.json', '--strategy', 'random'],
    ],
    ['bench', 'tools/bench/bench.ts', ['strategies', '--rounds', '1', '--batch-ms', '0.01', '--builds', '1']],
    ['docs', 'tools/docs/generate.ts', []],
    ['lock', 'tools/lock/quiet_lock.ts', []],
  ])('npm run %s (%s %j) ends and leaves no process', async (_, script, args) => {
    const { code, left, stderr } = await run(inRoot(script), args);
    expect(left).toEqual([]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('runs in runTool if it is a script of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const own = Object.entries(scripts).flatMap(([name, line]) => {
      // The entry of `lb` only sets the compile cache, and loads lb.ts.
      const file = /^node (\S+\.[jt]s)/.exec(line)?.[1]?.replace('bin.js', 'lb.ts');
      return file === undefined || name === 'start'
        ? []
        : [[name, readFileSync(inRoot(file), 'utf8')] as const];
    });
    expect(own.length).toBeGreaterThan(5);
    for (const [name, source] of own)
      expect(source, `npm run ${name}`).toMatch(/^(?:if .*)?\s*await runTool\(/m);
  });
});

describe('runTool', () => {
  const tool = (body: string) =>
    fileWith(
      `import { runTool } from ${JSON.stringify(inRoot('tools', 'project', 'run_tool.ts'))};\n${body}`,
      'tool.ts',
    );

  it('ends a tool with an open timer and an open listener, and loses none of its output', async () => {
    const script = tool(`import { createServer } from 'node:net';
await runTool('tool', () => {
  setInterval(() => {}, 1_000);
  createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  console.log('x'.repeat(3_000_000));
  console.error('y'.repeat(1_000_000));
  process.exitCode = 3;
});`);
    const { code, stdout, stderr } = await run(script, []);
    expect([code, stdout.length, stderr.length]).toEqual([3, 3_000_001, 1_000_001]);
  });

  it('ends without a word when its reader has seen enough', async () => {
    const script = tool(`await runTool('tool', async () => {
  for (let line = 0; line < 1_000; line++) {
    console.log('x'.repeat(100_000));
    await new Promise(setImmediate);
  }
});`);
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [code, stderr] = await Promise.all([ended, text(child.stderr)]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('prints an error that the operator can fix in one line, and a defect with its stack', async () => {
    const error = inRoot('tools', 'project', 'cli_error.ts');
    const mend = tool(`import { CliError } from ${JSON.stringify(error)};
await runTool('tool', () => Promise.reject(new CliError('name a file')));`);
    expect(await run(mend, [])).toMatchObject({ code: 1, stdout: '', stderr: 'tool: name a file\n' });
    const defect = await run(tool("await runTool('tool', () => { throw new Error('oops'); });"), []);
    expect(defect).toMatchObject({ code: 1, stdout: '' });
    expect(defect.stderr).toMatch(/^Error: oops\n {4}at /);
  });
});
