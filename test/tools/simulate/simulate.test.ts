import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [inRoot('tools/simulate/simulate.ts'), ...args],
    {
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const EXAMPLE = inRoot('tools/simulate/examples/restart.json');

describe('npm run simulate', () => {
  it('compares strategies, writes a plot, and prints the same JSON twice', () => {
    const svg = join(folder, 'plot.svg');
    const args = [EXAMPLE, '--strategy', 'hash', '--strategy', '{"policy":"random"}', '--json'];
    const { status, stdout } = run(...args, '--plot', svg);
    expect(status).toBe(0);
    const figures = JSON.parse(stdout) as { strategy: string; events: { keys?: { keys: number } }[] }[];
    expect(figures.map(({ strategy }) => strategy)).toEqual(['hash', 'random']);
    expect(figures[0]?.events.map(({ keys }) => keys?.keys)).toEqual([10_000, 10_000]);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg /);
    expect(run(...args).stdout).toBe(stdout);
  });

  it('runs a strategy script from its file', () => {
    const last = file(
      'last_one.ts',
      `export default {
        name: 'last_one', reads: [], use: 'repeat' as const, weighted: false,
        rank: (targets: { id: string }[]) => ({ order: targets.map(({ id }) => id).reverse() }),
      };`,
    );
    const { status, stdout } = run(EXAMPLE, '--strategy', last, '--json');
    expect(status).toBe(0);
    const [figures] = JSON.parse(stdout) as {
      strategy: string;
      requests: number;
      picks: Record<string, number>;
    }[];
    expect(figures?.strategy).toBe('script:last_one');
    // Every request tries it first. The others get the requests for which it is too slow.
    expect(figures?.picks['far-1']).toBe(figures?.requests);
  });

  it('prints tables and the rate', () => {
    const { stdout } = run(EXAMPLE, '--strategy', 'round_robin');
    expect(stdout).toMatch(/^strategy .*p99\.9\nround_robin /);
    expect(stdout).toMatch(/requests in \d+\.\d s: [\d,]+ per second\n$/);
  });

  it.each([
    [
      'a file that is not there',
      () => [join(folder, 'none.json')],
      /^simulate: there is no scenario file .*none.json; check the path$/,
    ],
    ['broken JSON', () => [file('broken.json', '{ "seed": ')], /broken\.json:1:11 {2}value expected$/m],
    [
      'a wrong field, with its line',
      () => [file('wrong.json', '{\n  "requests": 0,\n  "arrivals": { "closed": 1 },\n  "origins": []\n}')],
      /wrong\.json:2:3 {2}requests {2}got 0; allowed: a whole number from 1 to 100000000\n.*wrong\.json:4:3 {2}origins/,
    ],
    ['an unknown strategy', () => [EXAMPLE, '--strategy', 'rnadom'], /got "rnadom".*did you mean "random"\?/],
    [
      'an unknown option',
      () => [EXAMPLE, '--strategy', '{"policy":"hash","options":{"table_sise":7}}'],
      /did you mean `table_size`\?/,
    ],
    ['the name of a published script', () => [EXAMPLE, '--strategy', 'script:x'], /name the script's file/],
    [
      'a script without a strategy',
      () => [EXAMPLE, '--strategy', file('none.ts', 'export {};')],
      /exports no strategy/,
    ],
    ['options without a policy', () => [EXAMPLE, '--strategy', '{"options":{}}'], /needs a "policy"/],
    ['an unknown preset', () => ['--preset', 'mm2'], /no preset "mm2"; did you mean "mm1"\?/],
    ['nothing to do', () => [], /name a scenario file or a --preset/],
    ['a preset with a scenario', () => [EXAMPLE, '--preset', 'mm1'], /--preset has its own scenarios/],
    [
      'a plot that cannot be written',
      () => [EXAMPLE, '--plot', join(folder, 'none', 'x.svg')],
      /--plot: the file cannot be written/,
    ],
  ])('refuses %s with a message and exit code 1', (_what, args, words) => {
    const { status, stdout, stderr } = run(...args());
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trimEnd()).toMatch(words);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
