import { describe, expect, it } from 'vitest';
import { openKvStore } from '../../../tools/cli/kv_store.ts';
import { DEFAULT_LOCAL_FACTS } from '../../../tools/project/environment.ts';
import { fileWith, newFolder } from '../project/temporary_files.ts';
import { startApi } from './kv_api.ts';
import { lb } from './lb_process.ts';

const CONFIG = `{
  "load_balancers": [{ "name": "*", "default_pools": ["p"] }],
  "pools": [{ "name": "p", "origins": [{ "name": "o", "address": "o.example.com" }] }]
}`;

/** A run of wrangler takes one or two seconds, or ten on a busy machine. */
const BUSY_MS = 180_000;

describe('openKvStore, locally', () => {
  it('reads back what it wrote, even a large value, and reads nothing from an empty store', {
    timeout: BUSY_MS,
  }, async () => {
    const local = { ...DEFAULT_LOCAL_FACTS, state_dir: newFolder() };
    const store = await openKvStore({ kind: 'local', local });
    expect(await store.get('config')).toBeUndefined();
    const large = JSON.stringify({ é: 'x'.repeat(300_000) });
    await store.put('config', large);
    expect(await store.get('config')).toBe(large);
  });
});

describe('lb publish, to production', () => {
  it('writes version 1 to the namespace, then finds nothing to change', { timeout: BUSY_MS }, async () => {
    await using api = await startApi([{ id: 'ns1', title: 'plimsoll' }]);
    const file = fileWith(CONFIG);
    const first = await lb(['publish', file], api.env);
    expect(first.stdout).toMatch(/^published .* to production: version 1, hash [0-9a-f]{12}\n$/);
    expect(JSON.parse(api.values.get('/namespaces/ns1/values/config') ?? '')).toMatchObject({ version: 1 });
    const second = await lb(['publish', file], api.env);
    expect(second.stdout).toMatch(
      /^nothing changed: production has had the same content since .*, as version 1\n/,
    );
    expect(api.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  });

  it('says what to do if there is no namespace yet', { timeout: BUSY_MS }, async () => {
    await using api = await startApi([]);
    const { code, stderr } = await lb(['publish', fileWith(CONFIG)], api.env);
    expect(stderr).toContain('lb: there is no KV namespace yet; create it with `npm run deploy`\n');
    expect(code).toBe(1);
  });

  it('writes nothing if KV cannot be read, because the next version would be a guess', {
    timeout: BUSY_MS,
  }, async () => {
    await using api = await startApi([{ id: 'ns1', title: 'plimsoll' }], { failing: true });
    const { code, stderr } = await lb(['publish', fileWith(CONFIG)], api.env);
    expect(stderr).toContain('lb: cannot read config from KV; wrangler says:');
    expect(api.calls.filter((call) => call.startsWith('PUT'))).toEqual([]);
    expect(code).toBe(1);
  });
});
