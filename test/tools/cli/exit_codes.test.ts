import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { SUBCOMMANDS } from '../../../tools/cli/commands.ts';
import { fileWith } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

// 0 done, 1 refused, 2 usage, 3 unreachable: see tools/project/cli_error.ts.

/** An address where nothing listens. */
const NOBODY = 'http://127.0.0.1:9';
const WITHOUT_SERVER = {
  PLIMSOLL_CONSOLE_URL: NOBODY,
  PLIMSOLL_TOKEN: `plimsoll_${'t'.repeat(43)}`,
  PLIMSOLL_SQL_URL: NOBODY,
};

const CONFIG = JSON.stringify({
  load_balancers: [{ name: '*', default_pools: ['p'] }],
  pools: [{ name: 'p', origins: [{ name: 'o', address: 'o.example.com' }] }],
});
const SCRIPT = `import type { Strategy } from 'plimsoll/strategy.ts';
import { weightedOrder } from 'plimsoll/weighted_order.ts';
export default {
  name: 'mine', reads: [], use: 'once', weighted: true,
  rank: (targets, _facts, draw, { limit }) => ({ order: weightedOrder(targets, draw, limit) }),
} satisfies Strategy<never>;`;

/** Arguments with which a command has something to ask. A command that is not named needs none. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  publish: [fileWith(CONFIG)],
  drain: ['p/o'],
  maintenance: ['p'],
  ready: ['--balancer', 'app'],
  weight: ['p/o', '0.5'],
  'config publish': [fileWith(CONFIG)],
  'config rollback': ['1'],
  'config pin': ['1'],
  'token new': ['ci'],
  'token revoke': ['a'.repeat(32)],
  'strategy publish': [fileWith(SCRIPT, 'mine.ts'), '--name', 'mine'],
  'strategy use': ['hash', '--pool', 'p'],
  sql: ['SELECT origin FROM traffic'],
  explain: ['https://app.example.com/'],
};

/** The commands without subcommands, by what one types for them. */
async function leaves(): Promise<[string, Command][]> {
  const below = (command: Command, name: string): [string, Command][] =>
    command.commands.length === 0
      ? [[name, command]]
      : command.commands.flatMap((one) => below(one, `${name} ${one.name()}`));
  const all = await Promise.all(SUBCOMMANDS.map(async ({ name, load }) => below(await load(), name)));
  return all.flat();
}

/** A command that can act in production asks somebody. */
const ASKING = (await leaves())
  .filter(([, { options }]) => options.some(({ long }) => long === '--remote'))
  .map(([name]) => name);

describe('a command of lb without a server', { concurrent: true, timeout: 60_000 }, () => {
  it('is every command but those that work on files alone', async () => {
    const others = (await leaves()).map(([name]) => name).filter((name) => !ASKING.includes(name));
    expect(others).toEqual([
      'validate',
      'import nginx',
      'import haproxy',
      'import traefik',
      'import envoy',
      'import cloudflare',
      'strategy check',
      'notify test',
      'simulate',
      'cost',
      'deploy',
      'profile add',
      'profile list',
      'profile use',
      'profile remove',
      'completion',
      'schema',
      'bundle-config',
    ]);
    expect(Object.keys(ARGUMENTS).filter((name) => !ASKING.includes(name))).toEqual([]);
  });

  it.each(ASKING)('lb %s says who does not answer, in one line, and exits with 3', async (name) => {
    const args = [...name.split(' '), ...(ARGUMENTS[name] ?? [])];
    const { code, stderr } = await lb(args, WITHOUT_SERVER);
    expect(stderr).toMatch(
      /^lb: no (console|SQL API) answers at (http:\/\/)?127\.0\.0\.1:9.*, or correct .*\n$/,
    );
    expect(code).toBe(3);
  });
});

describe('a command line that is wrong', { concurrent: true, timeout: 60_000 }, () => {
  it.each([
    [['config', 'show', 'abc'], {}],
    [['config', 'history', '--console', 'localhost:8788', '--local'], {}],
    [['probe', 'origin'], {}],
    [['explain', 'https://app.example.com/', '--country', 'Germany'], {}],
    [['explain', 'https://app.example.com/', '--header', 'x'], {}],
    [['token', 'list'], { PLIMSOLL_TOKEN: 'two\nlines' }],
    [['sql', 'SELECT 1'], { PLIMSOLL_SQL_URL: 'localhost:8789' }],
    [['backtest', '--since', 'soon'], {}],
    [['strategy', 'compare', '--remote'], {}],
    [['deploy'], { HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere' }],
    [
      ['publish', fileWith(CONFIG), '--direct', '--remote'],
      { HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere' },
    ],
  ])('%j with %j is one line and exits with 2', async (args, env) => {
    const { code, stdout, stderr } = await lb(args, { ...WITHOUT_SERVER, ...env });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect([code, stdout]).toEqual([2, '']);
  });
});
