import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Difference } from '../../../../shared/contracts/history.ts';
import { diffText } from '../../../../tools/cli/config/print.ts';
import { fileWith, newFolder } from '../../project/temporary_files.ts';
import { startConsole } from '../fake_console.ts';
import { lb } from '../lb_process.ts';

/** A console with three versions. */
async function withVersions(...args: Parameters<typeof startConsole>) {
  const console_ = await startConsole(...args);
  console_.history.write('{ "pools": [1] }', 'start');
  console_.history.write('{ "pools": [2] }', 'cli', 'two\u001b[2J');
  console_.history.write('{ "pools": [3] }\n', 'drain');
  return console_;
}

describe('lb config', () => {
  it('history lists the newest versions, marks the published one, and prints no control character', async () => {
    await using api = await withVersions();
    const { stdout } = await lb(['config', 'history', '--limit', '2'], api.env);
    expect(stdout).toMatch(/^ *3 \* +2026-01-02 00:00:03 UTC +drain +token ci +[0-9a-f]{12}$/m);
    expect(stdout).toMatch(/^ *2 .* cli .* two·\[2J$/m);
    expect(stdout).not.toMatch(/^ *1 /m);
  });

  it('history says if somebody else wrote to KV', async () => {
    await using api = await withVersions();
    api.history.outside = { version: 9, hash: 'f'.repeat(64), published_at: '2026-01-01T00:00:00.000Z' };
    const { stdout } = await lb(['config', 'history'], api.env);
    expect(stdout).toContain(
      'KV holds the document ffffffffffff of 2026-01-01T00:00:00.000Z (version 9 there)',
    );
    expect(stdout).toContain('lb config adopt');
  });

  it('show prints a version as it was written', async () => {
    await using api = await withVersions();
    expect((await lb(['config', 'show'], api.env)).stdout).toBe('{ "pools": [3] }\n');
    expect((await lb(['config', 'show', '1'], api.env)).stdout).toBe('{ "pools": [1] }\n');
    expect(await lb(['config', 'show', '7'], api.env)).toMatchObject({
      code: 1,
      stderr: `lb: ${api.url}: there is no version 7\n`,
    });
  });

  it('diff compares the newest version with the one before it, or two named ones', async () => {
    await using api = await withVersions(({ path }) =>
      path.startsWith('/api/config/diff') ? [200, { from: 0, to: 0, differences: [] }] : undefined,
    );
    expect((await lb(['config', 'diff'], api.env)).stdout).toBe('versions 2 and 3 have the same objects\n');
    expect((await lb(['config', 'diff', '1', '2'], api.env)).stdout).toContain('versions 1 and 2');
    expect(api.asked.filter(({ path }) => path.includes('diff')).map(({ path }) => path)).toEqual([
      '/api/config/diff?from=2&to=3',
      '/api/config/diff?from=1&to=2',
    ]);
  });

  it('rollback makes an older version the newest one', async () => {
    await using api = await withVersions();
    const { stdout } = await lb(['config', 'rollback', '1', '--comment', 'too fast'], api.env);
    expect(stdout).toMatch(/^production is back at version 1: version 4, hash [0-9a-f]{12}\n$/);
    expect(api.history.newest).toMatchObject({ source: '{ "pools": [1] }', comment: 'too fast' });
  });

  it('rollback to the content of the newest version changes nothing, and diff has nothing before the first', async () => {
    await using api = await startConsole();
    api.history.write('{ "pools": [1] }', 'start');
    expect(await lb(['config', 'rollback', '1'], api.env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^nothing changed: production already has the content of version 1, as version 1, hash /,
      ),
    });
    expect(await lb(['config', 'diff'], api.env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'lb: version 1 is the first one; name two versions, or publish another one\n',
    });
  });

  it('pin keeps a version, and no longer with --off', async () => {
    await using api = await withVersions();
    expect((await lb(['config', 'pin', '2'], api.env)).stdout).toBe('version 2 is kept for ever\n');
    expect((await lb(['config', 'pin', '2', '--off'], api.env)).stdout).toBe(
      'version 2 is no longer kept for ever\n',
    );
  });

  it('adopt and overwrite end what somebody else wrote to KV', async () => {
    await using api = await withVersions();
    api.history.outside = { version: 9, hash: 'f'.repeat(64), published_at: '2026-01-01T00:00:00.000Z' };
    const adopted = await lb(['config', 'adopt'], api.env);
    expect(adopted.stdout).toContain(
      'adopted the document ffffffffffff of 2026-01-01T00:00:00.000Z (version 9 there) in KV of production: version 3',
    );
    const overwritten = await lb(['config', 'overwrite'], api.env);
    expect(overwritten.stdout).toContain('overwrote what was there in KV of production: version 3');
    const settled = api.asked.filter(({ path }) => path === '/api/config/outside');
    expect(settled.map(({ body }) => body)).toEqual([
      { action: 'adopt', hash: 'f'.repeat(64), way: 'cli' },
      { action: 'overwrite', way: 'cli' },
    ]);
  });

  it('pull writes the newest version, and keeps a file whose changes are in no version', async () => {
    await using api = await withVersions();
    const fresh = join(newFolder(), 'new.jsonc');
    expect((await lb(['config', 'pull', fresh], api.env)).stdout).toBe(`wrote version 3 to ${fresh}\n`);
    expect(readFileSync(fresh, 'utf8')).toBe('{ "pools": [3] }\n');

    const old = fileWith('{ "pools": [1] }');
    expect((await lb(['config', 'pull', old], api.env)).code).toBe(0);
    expect(readFileSync(old, 'utf8')).toBe('{ "pools": [3] }\n');

    const edited = fileWith('{ "pools": [4] }');
    const refused = await lb(['config', 'pull', edited], api.env);
    expect([refused.code, readFileSync(edited, 'utf8')]).toEqual([1, '{ "pools": [4] }']);
    expect((await lb(['config', 'pull', edited, '--force'], api.env)).code).toBe(0);
  });
});

describe('lb config pull', () => {
  it('writes no file whose secrets the console masked', async () => {
    await using api = await withVersions(({ path }) =>
      path === '/api/config' ? [200, { version: api.history.newest, source: '{ "masked": 1 }' }] : undefined,
    );
    const file = join(newFolder(), 'masked.jsonc');
    const { code, stderr } = await lb(['config', 'pull', file], api.env);
    expect([code, existsSync(file)]).toEqual([1, false]);
    expect(stderr).toContain('only the scope admin sees them');
  });
});

describe('diffText', () => {
  it('has a line for each object and each of its fields', () => {
    const differences: Difference[] = [
      {
        list: 'pools',
        key: 'eu',
        change: 'changed',
        fields: [{ pointer: '/weight', before: 1, after: 0.5 }],
      },
      { list: 'monitors', key: 'm', change: 'added', fields: [] },
      { list: 'pools', key: 'us', change: 'removed', fields: [] },
    ];
    expect(diffText(1, 2, differences)).toBe('~ pools eu\n    /weight: 1 -> 0.5\n+ monitors m\n- pools us');
  });
});
