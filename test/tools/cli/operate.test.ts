import { afterEach, describe, expect, it, vi } from 'vitest';
import { type StateWord, withState } from '../../../shared/authoring/operator_state.ts';
import { CONFIG_KEY, type Config } from '../../../shared/model/config.ts';
import { changePublished } from '../../../tools/cli/change_published.ts';
import { consequences, operateCommand } from '../../../tools/cli/operate.ts';
import { publishConfig } from '../../../tools/cli/publish_config.ts';
import { nextDocument, readPublished } from '../../../tools/cli/published.ts';
import { loadConfig } from '../../../tools/project/load_config.ts';
import { balancer, config, origin, pool, session } from '../../support/normalised.ts';
import { fileWith } from '../project/temporary_files.ts';
import { startApi } from './kv_api.ts';
import { lb } from './lb_process.ts';
import { beforeRead, memoryKv } from './memory_kv.ts';

const NOW = Date.UTC(2026, 0, 2);
const FILE = `{
  "load_balancers": [{ "name": "*", "id": "app", "default_pools": ["p"], "session_affinity": "cookie" }],
  "pools": [
    { "name": "p", "origins": [{ "name": "a", "address": "a.example.com" }, { "name": "b", "address": "b.example.com" }] }
  ]
}`;
const PUBLISHED = config([balancer({ session: session() })], [pool('p', ['a', 'b'])]);

/** A store in memory with a configuration in it. */
async function published() {
  const store = memoryKv();
  await publishConfig(store, PUBLISHED, NOW);
  return store;
}

/** The document that the first `lb publish` of a file writes. */
async function published1(file: string): Promise<string> {
  const { config: parsed } = loadConfig(file, 'production');
  if (parsed === undefined) throw new Error(`${file} is not valid`);
  return JSON.stringify(await nextDocument(parsed, undefined, NOW));
}

const drained = (id: string) => (before: Config) => withState(before, id, 'drain') ?? before;

describe('changePublished', () => {
  it('publishes the change as the next version, with the time at which a drain began', async () => {
    const store = await published();
    const result = await changePublished(store, drained('p/a'), NOW + 1_000);
    expect(result).toMatchObject({ changed: true, document: { version: 2 } });
    expect((await store.document()).config.pools['p']?.origins[0]).toMatchObject({
      state: 'drain',
      draining_since: NOW + 1_000,
    });
  });

  it('writes nothing and restarts no drain if the state is already the same', async () => {
    const store = await published();
    await changePublished(store, drained('p/a'), NOW);
    const again = await changePublished(store, drained('p/a'), NOW + 60_000);
    expect(again.changed).toBe(false);
    expect(await store.document()).toMatchObject({ version: 2 });
    expect((await store.document()).config.pools['p']?.origins[0]?.draining_since).toBe(NOW);
  });

  it('refuses if somebody published meanwhile, and keeps that publication', async () => {
    const others = withState(PUBLISHED, 'p/b', 'maintenance') ?? PUBLISHED;
    const store = await published();
    const racing = beforeRead(store, 2, () => publishConfig(store, others, NOW));
    await expect(changePublished(racing, drained('p/a'), NOW)).rejects.toThrow(
      'version 1 became version 2 meanwhile, so nothing was changed',
    );
    expect((await store.document()).config).toMatchObject(others);
  });

  it('refuses if nothing is published', async () => {
    const empty = memoryKv();
    await expect(changePublished(empty, drained('p/a'), NOW)).rejects.toThrow('nothing is published yet');
    expect(empty.written).toEqual([]);
  });
});

describe('publishing a file after a drain', () => {
  it('ends a drain that is not in the file, and reports it', async () => {
    const store = await published();
    await changePublished(store, drained('p/a'), NOW);
    const result = await publishConfig(store, PUBLISHED, NOW + 1_000);
    expect(result.states).toEqual([{ kind: 'origin', id: 'p/a', before: 'drain', after: 'ready' }]);
    expect(await store.document()).toMatchObject({ version: 3, config: PUBLISHED });
  });

  it('continues a drain that is also in the file, with the time at which it began', async () => {
    const store = await published();
    await changePublished(store, drained('p/a'), NOW);
    const result = await publishConfig(store, drained('p/a')(PUBLISHED), NOW + 1_000);
    expect(result).toMatchObject({ changed: false, states: [] });
    const more = withState(drained('p/a')(PUBLISHED), 'p/b', 'drain') ?? PUBLISHED;
    await publishConfig(store, more, NOW + 2_000);
    expect(
      (await store.document()).config.pools['p']?.origins.map(({ draining_since }) => draining_since),
    ).toEqual([NOW, NOW + 2_000]);
  });
});

describe('consequences', () => {
  it('says how long the sessions of each affected balancer stay', () => {
    const origins = [origin('p', 'a', { state: 'drain', draining_since: NOW }), origin('p', 'b')];
    const short = balancer({ id: 'short', session: session({ drain_ms: 60_000 }) });
    const elsewhere = balancer({ id: 'q', default_pools: ['q'], fallback_pool: 'q', session: session() });
    const all = config([balancer(), short, elsewhere], [pool('p', origins), pool('q', ['c'])]);
    expect(consequences(all, 'p/a')).toEqual(['sessions of short stay until 2026-01-02T00:01:00.000Z']);
  });

  it('warns if no origin takes new clients, and says that a disabled origin stays disabled', () => {
    const off = config(
      [],
      [pool('p', [origin('p', 'a', { enabled: false }), origin('p', 'b', { weight: 0 })])],
    );
    expect(consequences(off, 'p/a')).toEqual([
      'warning: pool p has no origin left that takes new clients',
      'p/a stays disabled: `enabled` is false in the configuration',
    ]);
  });
});

describe('lb drain', () => {
  it('holds in production until a file without it is published', async () => {
    await using api = await startApi([{ id: 'ns1', title: 'plimsoll' }]);
    const file = fileWith(FILE);
    // An older version published the whole document.
    await api.kv.put(CONFIG_KEY, await published1(file));
    const published = async () => (await readPublished(api.kv))?.config;

    const drain = await lb(['drain', 'p/a'], api.env);
    expect(drain.stderr).toMatch(
      /^note: gateways follow within about a minute; set PLIMSOLL_CONSOLE_URL and .*\n$/,
    );
    expect(drain.stdout).toMatch(/^p\/a is in drain in production: version 2, hash [0-9a-f]{12}\n/);
    expect(drain.stdout).toMatch(/\nsessions of app stay until \d{4}-\d\d-\d\dT[\d:.]+Z\n/);
    expect(drain.stdout).toContain(
      'To keep it beyond the next `lb publish`, write "state": "drain" into the file.\n',
    );
    expect((await published())?.pools['p']?.origins[0]?.state).toBe('drain');

    // The states of the file win, and a note says which state ended.
    const again = await lb(['publish', file], api.env);
    expect(again.stderr).toContain(`note: p/a was in drain and is now ready, as in ${file}\n`);
    expect((await published())?.pools['p']?.origins[0]).not.toHaveProperty('state');
  });
});

describe('lb drain, maintenance and ready', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Runs the commands in this process, on a store in memory. */
  async function operating() {
    const store = await published();
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const run = async (state: StateWord, ...args: string[]) => {
      log.mockClear();
      const silent = () => async () => undefined;
      const command = operateCommand(state, async () => store, silent);
      await command.parseAsync([...args, '--local'], { from: 'user' });
      return log.mock.calls.flat().join('\n');
    };
    return { run, config: async () => (await store.document()).config };
  }

  it('change one origin, one pool and one balancer of the published configuration', async () => {
    const { run, config } = await operating();
    expect(await run('drain', 'p/a')).toMatch(/^p\/a is in drain in local: version 2, /);
    expect((await config()).pools['p']?.origins[0]?.state).toBe('drain');
    expect(await run('ready', 'p/a')).toMatch(/^p\/a is ready in local: version 3, /);
    expect((await config()).pools['p']?.origins[0]).not.toHaveProperty('state');

    expect(await run('maintenance', 'p')).toContain(
      'warning: pool p has no origin left that takes new clients',
    );
    expect((await config()).pools['p']?.state).toBe('maintenance');
    await run('ready', 'p');
    expect((await config()).pools['p']).not.toHaveProperty('state');

    expect(await run('maintenance', '--balancer', 'app')).toContain(
      'app is in maintenance in local: version 6',
    );
    expect((await config()).balancers[0]?.maintenance).toMatchObject({ enabled: true, retry_after_s: 120 });
    await run('ready', '--balancer', 'app');
    expect((await config()).balancers[0]?.maintenance).toMatchObject({ enabled: false });
  });

  it('list the known ids if one is unknown', async () => {
    const { run } = await operating();
    await expect(run('drain', 'p/c')).rejects.toThrow(
      'the published configuration has no origin "p/c"; it has p/a, p/b',
    );
    await expect(run('ready', '--balancer', 'b')).rejects.toThrow(
      'the published configuration has no load balancer "b"',
    );
    await expect(run('maintenance')).rejects.toThrow('name one of these');
  });
});
