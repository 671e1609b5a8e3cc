import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleScript, typeErrors } from '../../../../tools/cli/strategy/build_script.ts';
import { checkScript } from '../../../../tools/cli/strategy/check_script.ts';
import { fileWith } from '../../project/temporary_files.ts';
import { startConsole } from '../fake_console.ts';
import { lb } from '../lb_process.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-script-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, rank: string): string {
  const file = join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `import type { Strategy } from 'plimsoll/strategy.ts';
     import { weightedOrder } from 'plimsoll/weighted_order.ts';
     void weightedOrder;
     export default {
       name: '${name}', reads: [], use: 'once', weighted: true,
       rank: ${rank},
     } satisfies Strategy<never>;`,
  );
  return file;
}

const GOOD = '(targets, _facts, draw, { limit }) => ({ order: weightedOrder(targets, draw, limit) })';

describe('a strategy script', () => {
  it('may import our modules, and becomes one module that keeps the laws', async () => {
    const file = script('good', GOOD);
    expect(await typeErrors(file)).toBe('');
    const source = await bundleScript(file);
    expect(source).not.toMatch(/\bimport\b/);
    expect(await bundleScript(file)).toBe(source);
    for (const result of await checkScript(source)) expect(result).not.toHaveProperty('wrong');
  });

  it('is compiled with our options, and knows no platform', async () => {
    expect(await typeErrors(script('unchecked', '(targets) => ({ order: [targets[0].id] })'))).toMatch(
      /TS2532/,
    );
    expect(await typeErrors(script('fetches', `(targets) => { fetch('x'); return { order: [] }; }`))).toMatch(
      /Cannot find name 'fetch'/,
    );
  });

  it('cannot import a module of a platform', async () => {
    const file = join(folder, 'node.ts');
    writeFileSync(file, `import { readFileSync } from 'node:fs'; export default readFileSync;`);
    await expect(bundleScript(file)).rejects.toThrow(/cannot be bundled.*node:fs/s);
  });
});

describe('lb strategy publish', () => {
  it('sends the bundle to the console under its name, once it keeps the laws', async () => {
    const answers = { name: 'mine', hash: 'a'.repeat(64), published_at: '2026-01-02T00:00:00.000Z' };
    let sent = 0;
    await using api = await startConsole(({ path }) =>
      path === '/api/strategies/mine' ? [200, { ...answers, changed: sent++ === 0 }] : undefined,
    );
    const file = script('good', GOOD);
    const args = ['strategy', 'publish', file, '--name', 'mine'];
    expect((await lb(args, api.env)).stdout).toContain(
      `published ${file} to production as "script:mine", hash aaaaaaaaaaaa\n`,
    );
    expect(api.asked[0]).toMatchObject({ method: 'PUT', body: { source: await bundleScript(file) } });
    expect((await lb(args, api.env)).stdout).toContain('nothing changed: "script:mine" is the same bundle');
  });

  it('refuses a name that is none, with 2', async () => {
    const { code, stderr } = await lb(['strategy', 'publish', 'x.ts', '--name', 'My Own', '--local']);
    expect(stderr).toContain('--name must have 1 to 32 characters');
    expect(code).toBe(2);
  });
});

describe('lb strategy check', () => {
  it('prints a line for every law', async () => {
    const { code, stdout } = await lb(['strategy', 'check', script('good', GOOD)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(ok {4}.+\n)+$/);
    expect(stdout).toContain('ok    it ranks 1,000 targets\n');
  });

  it('exits with 1 and names the law that a script breaks', async () => {
    const { code, stdout, stderr } = await lb([
      'strategy',
      'check',
      script('bad', `() => ({ order: ['me'] })`),
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'FAIL  it chooses the only target: it named "me", which was not among its targets\n',
    );
    expect(stderr).toContain('must not serve');
  });

  it('says that a file of another kind is no script, in one line', async () => {
    const file = fileWith('{}', 'plimsoll.jsonc');
    expect(await lb(['strategy', 'check', file])).toEqual({
      code: 1,
      stdout: '',
      stderr: `lb: ${file} is not a TypeScript module; name a file that ends in .ts\n`,
    });
  });
});
