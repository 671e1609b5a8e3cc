import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ScriptDocument, scriptKey, sourceKey } from '../../../../shared/contracts/scripts.ts';
import { bundleScript, typeErrors } from '../../../../tools/cli/strategy/build_script.ts';
import { checkScript } from '../../../../tools/cli/strategy/check_script.ts';
import { publishScript } from '../../../../tools/cli/strategy/publish_script.ts';
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

  it('is stored once, under its hash, before its name points to it', async () => {
    const written: [string, string][] = [];
    const store = {
      settle_ms: 0,
      get: async (key: string) => written.find(([each]) => each === key)?.[1],
      put: async (key: string, value: string) => void written.push([key, value]),
    };
    const { document, changed } = await publishScript(store, 'mine', 'export default 1', 0);
    expect(changed).toBe(true);
    expect(written.map(([key]) => key)).toEqual([sourceKey(document.hash), scriptKey('mine')]);
    expect(written[0]?.[1]).toBe('export default 1');
    expect(JSON.parse(written[1]?.[1] ?? '') as ScriptDocument).toEqual(document);
    expect(await publishScript(store, 'mine', 'export default 1', 5)).toEqual({ document, changed: false });
    expect(written).toHaveLength(2);
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
});
