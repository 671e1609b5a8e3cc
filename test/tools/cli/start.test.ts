import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileWith, newFolder } from '../project/temporary_files.ts';
import { startConsole } from './fake_console.ts';
import { lb } from './lb_process.ts';

const SOURCE = JSON.stringify({
  load_balancers: [{ name: '*', id: 'app', default_pools: ['p'] }],
  pools: [{ name: 'p', origins: [{ name: 'a', address: 'a.example.com' }] }],
});

/** Writes to a file what a process of Node loads: modules of files, and at its end those of Node itself. */
const listing = (file: string) => `
  import { appendFileSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  const say = (...lines) => appendFileSync(${JSON.stringify(file)}, lines.map((line) => line + '\\n').join(''));
  registerHooks({ load: (url, context, next) => (say(url), next(url, context)) });
  process.on('exit', () => say(...process.moduleLoadList));
`;

describe('a command that asks the console', () => {
  it.each([
    [['drain', 'p/a']],
    [['maintenance', 'p/a']],
    [['ready', 'p/a']],
    [['weight', 'p/a', '0.5']],
    [['strategy', 'use', 'hash', '--pool', 'p']],
    [['publish', fileWith(SOURCE)]],
    [['config', 'history']],
    [['config', 'show']],
    [['config', 'diff', '1', '1']],
    [['config', 'rollback', '1']],
    [['token', 'list']],
  ])('%j loads no schema, no parser of files, no wrangler and no fetch', async (args) => {
    await using api = await startConsole(({ path }) => {
      if (path.startsWith('/api/tokens')) return [200, { tokens: [] }];
      return path.startsWith('/api/config/diff') ? [200, { differences: [] }] : undefined;
    });
    api.history.write(SOURCE, 'cli');
    const list = join(newFolder(), 'loaded.txt');
    const hook = `data:text/javascript,${encodeURIComponent(listing(list))}`;
    expect((await lb(args, { ...api.env, NODE_OPTIONS: `--import=${hook}` })).code).toBe(0);
    const loaded = readFileSync(list, 'utf8').split('\n');
    expect(loaded.filter((line) => line.endsWith('/tools/cli/lb.ts'))).toHaveLength(1);
    expect(loaded).toContain('NativeModule http');
    const heavy = /valibot|jsonc-parser|wrangler|undici|esbuild|authoring\/(schema|parse|source)/;
    expect(loaded.filter((line) => heavy.test(line))).toEqual([]);
  });
});
