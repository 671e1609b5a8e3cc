import { describe, expect, it } from 'vitest';
import { fileWith } from '../project/temporary_files.ts';
import { refusal, startConsole } from './fake_console.ts';
import { lb } from './lb_process.ts';

const sourceOf = (address: string) => `{
  // Kept as written.
  "load_balancers": [{ "name": "*", "default_pools": ["p"] }],
  "pools": [{ "name": "p", "origins": [{ "name": "o", "address": "${address}" }] }]
}`;
const SOURCE = sourceOf('o.example.com');

describe('lb publish', () => {
  it('makes the text of a file the newest version, then finds nothing to change', async () => {
    await using api = await startConsole();
    const file = fileWith(SOURCE);
    const first = await lb(['publish', file, '--comment', 'the first'], api.env);
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/^published .* to production: version 1, hash [0-9a-f]{12}\n$/);
    expect(api.history.newest).toMatchObject({ source: SOURCE, way: 'cli', comment: 'the first' });
    const second = await lb(['publish', file], api.env);
    expect(second.stdout).toMatch(
      /^nothing changed: production has had the same content since 2026-01-02T.*, as version 1\n$/,
    );
    expect(api.history.versions).toHaveLength(1);
  });

  it('prints every mistake that the console finds in the file, with its place', async () => {
    const mistakes = [
      'line 1, column 25: pools got {}; allowed: a list of pools: validation failed',
      'line 2, column 3: monitors has no name: validation failed',
    ];
    await using api = await startConsole(({ method }) =>
      method === 'PUT' ? refusal(400, 1_002, ...mistakes) : undefined,
    );
    const file = fileWith('{ "load_balancers": [], "pools": {} }');
    const { code, stdout, stderr } = await lb(['publish', file], api.env);
    expect(stderr).toBe(
      `${file}:1:25  pools got {}; allowed: a list of pools\n${file}:2:3  monitors has no name\n` +
        `lb: ${file} was not published: 2 mistakes; the published version stays, fix the file and publish again\n`,
    );
    expect([code, stdout]).toEqual([1, '']);
  });

  it('changes nothing if another version came between, and says which', async () => {
    let raced = false;
    await using api = await startConsole(({ method }) => {
      if (method === 'PUT' && !raced) {
        raced = true;
        api.history.write(sourceOf('other.example.com'), 'api', 'from Terraform');
      }
      return undefined;
    });
    api.history.write('{}', 'cli');
    const { code, stdout, stderr } = await lb(['publish', fileWith(SOURCE)], api.env);
    expect(stderr).toContain(
      'lb: version 1 became version 2 (api by token ci: from Terraform) meanwhile, so nothing was changed;',
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(api.history.newest?.source).toContain('other.example.com');
  });

  it('says how to go on if somebody else wrote to KV, and exits with 1', async () => {
    await using api = await startConsole();
    api.history.outside = { version: 9, hash: 'f'.repeat(64), published_at: '2026-01-01T00:00:00.000Z' };
    const { code, stdout, stderr } = await lb(['publish', fileWith(SOURCE)], api.env);
    expect(stderr).toContain(
      'version 1 is saved and not in force: KV holds the document ffffffffffff of 2026-01-01T00:00:00.000Z (version 9 there)',
    );
    expect(stderr).toContain('`lb config adopt`');
    expect(stderr).toContain('`lb config overwrite`');
    expect([code, stdout]).toEqual([1, '']);
  });

  it('names the states that the file replaces, and the places of notes', async () => {
    await using api = await startConsole(({ method, body }) => {
      if (method !== 'PUT') return undefined;
      const written = api.history.write(String(body['source']), 'cli');
      const states = [{ kind: 'origin', id: 'p/o', before: 'drain', after: 'ready' }] as const;
      return [200, { ...written, states, notes: ['line 3, column 4: pools[0] a note'] }];
    });
    const file = fileWith(SOURCE);
    const { stderr } = await lb(['publish', file], api.env);
    expect(stderr).toBe(
      `note: p/o was in drain and is now ready, as in ${file}\nnote: ${file}:3:4  pools[0] a note\n`,
    );
  });

  it('prints every mistake that the console finds', async () => {
    await using api = await startConsole(({ method }) =>
      method === 'PUT' ? refusal(400, 1_002, 'pools[0]: wrong', 'pools[1]: wrong as well') : undefined,
    );
    const { code, stderr } = await lb(['publish', fileWith(SOURCE)], api.env);
    expect(stderr).toBe(`lb: ${api.url}: 2 mistakes:\n  pools[0]: wrong\n  pools[1]: wrong as well\n`);
    expect(code).toBe(1);
  });

  it('publishes a file that leaves a load balancer with nothing usable only with --force', async () => {
    const message = 'line 1, column 9: pools[0] has nothing usable, or send `?force=true`: validation failed';
    await using api = await startConsole(({ path, method }) =>
      method === 'PUT' && path === '/api/config' ? refusal(400, 1_006, message) : undefined,
    );
    const file = fileWith(SOURCE);
    const refused = await lb(['publish', file], api.env);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      `${file}:1:9  pools[0] has nothing usable\n` +
        `lb: ${file} was not published: 1 mistake; the published version stays, fix that, or publish all the same with --force\n`,
    );
    expect((await lb(['publish', file, '--force'], api.env)).code).toBe(0);
    expect(api.history.newest?.source).toBe(SOURCE);
  });

  it('names --force if a load balancer would have nothing usable, and sends it', async () => {
    await using api = await startConsole(({ path, method }) =>
      method === 'PUT' && path === '/api/config' ? refusal(409, 1_006, 'nothing usable') : undefined,
    );
    const file = fileWith(SOURCE);
    expect((await lb(['publish', file], api.env)).stderr).toContain('add --force');
    expect((await lb(['publish', file, '--force'], api.env)).code).toBe(0);
  });
});

describe('the exit code of lb', () => {
  it('is 3 if something in front of the console redirects, because the token would go elsewhere', async () => {
    await using elsewhere = await startConsole();
    await using api = await startConsole(() => [302, { location: elsewhere.url }]);
    const { code, stderr } = await lb(['publish', fileWith(SOURCE)], api.env);
    expect(stderr).toBe(
      `lb: ${api.url} does not answer as a console does (status 302); correct its address, or look at what stands in front of it\n`,
    );
    expect(code).toBe(3);
    expect(elsewhere.asked).toEqual([]);
  });

  it('is 3 if no console answers, or if it fails', async () => {
    const env = { PLIMSOLL_CONSOLE_URL: 'http://127.0.0.1:9', PLIMSOLL_TOKEN: 'x' };
    const nobody = await lb(['publish', fileWith(SOURCE)], env);
    expect(nobody.stderr).toContain('lb: no console answers at http://127.0.0.1:9');
    expect(nobody.code).toBe(3);
    await using api = await startConsole(() => [503, { error: 'HISTORY is not bound' }]);
    const broken = await lb(['publish', fileWith(SOURCE)], api.env);
    expect([broken.code, broken.stderr]).toEqual([3, `lb: ${api.url}: HISTORY is not bound\n`]);
  });

  it('is 1 if the token is wrong, which is never printed', async () => {
    await using api = await startConsole();
    const env = { ...api.env, PLIMSOLL_TOKEN: 'plimsoll_wrong' };
    const { code, stdout, stderr } = await lb(['publish', fileWith(SOURCE)], env);
    expect(code).toBe(1);
    expect(stderr).toContain('the token is not known\n  Set PLIMSOLL_TOKEN to a token of this console.');
    expect(stdout + stderr).not.toContain('plimsoll_wrong');
  });
});
