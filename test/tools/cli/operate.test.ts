import { afterEach, describe, expect, it, vi } from 'vitest';
import { type StateWord, withState } from '../../../shared/authoring/operator_state.ts';
import type { Config, ConfigDocument } from '../../../shared/model/config.ts';
import { changePublished } from '../../../tools/cli/change_published.ts';
import type { KvStore } from '../../../tools/cli/kv_store.ts';
import { consequences, operateCommand } from '../../../tools/cli/operate.ts';
import { publishConfig } from '../../../tools/cli/publish_config.ts';
import { nextDocument } from '../../../tools/cli/published.ts';
import { loadConfig } from '../../../tools/project/load_config.ts';
import { balancer, config, origin, pool, session } from '../../support/normalised.ts';
import { fileWith } from '../project/temporary_files.ts';
import { startApi } from './kv_api.ts';
import { lb } from './lb_process.ts';

const NOW = Date.UTC(2026, 0, 2);
const FILE = `{
  "load_balancers": [{ "name": "*", "id": "app", "default_pools": ["p"], "session_affinity": "cookie" }],
  "pools": [
    { "name": "p", "origins": [{ "name": "a", "address": "a.example.com" }, { "name": "b", "address": "b.example.com" }] }
  ]
}`;
const PUBLISHED = config([balancer({ session: session() })], [pool('p', ['a', 'b'])]);

/** A store in memory with a configuration in it. `meanwhile`: what another operator does between two reads. */
async function published(meanwhile?: (store: KvStore) => Promise<unknown>) {
  let content: string | undefined;
  // The first publication reads twice, too.
  let reads = -2;
  const store: KvStore = {
    settle_ms: 0,
    get: async () => {
      if (++reads === 2) await meanwhile?.(store);
      return content;
    },
    put: async (_key, value) => {
      content = value;
    },
  };
  await publishConfig(store, PUBLISHED, NOW);
  return { store, document: () => JSON.parse(content ?? '') as ConfigDocument };
}

/** Where the API keeps the configuration. */
const VALUE = '/namespaces/ns1/values/config';

/** What the first `lb publish` of a file writes. */
async function published1(file: string): Promise<string> {
  const { config: parsed } = loadConfig(file, 'production');
  if (parsed === undefined) throw new Error(`${file} is not valid`);
  return JSON.stringify(await nextDocument(parsed, undefined, NOW));
}

const drained = (id: string) => (before: Config) => withState(before, id, 'drain') ?? before;

describe('changePublished', () => {
  it('publishes the change as the next version, with the time of a drain', async () => {
    const { store, document } = await published();
    const result = await changePublished(store, drained('p/a'), NOW + 1_000);
    expect(result).toMatchObject({ changed: true, document: { version: 2 } });
    expect(document().config.pools['p']?.origins[0]).toMatchObject({
      state: 'drain',
      draining_since: NOW + 1_000,
    });
  });

  it('writes nothing, and restarts no drain, when it is so already', async () => {
    const { store, document } = await published();
    await changePublished(store, drained('p/a'), NOW);
    const again = await changePublished(store, drained('p/a'), NOW + 60_000);
    expect(again.changed).toBe(false);
    expect(document()).toMatchObject({ version: 2 });
    expect(document().config.pools['p']?.origins[0]?.draining_since).toBe(NOW);
  });

  it('refuses when somebody published meanwhile, and keeps what that was', async () => {
    const others = withState(PUBLISHED, 'p/b', 'maintenance') ?? PUBLISHED;
    const { store, document } = await published((each) => publishConfig(each, others, NOW));
    await expect(changePublished(store, drained('p/a'), NOW)).rejects.toThrow(
      'version 1 became version 2 meanwhile, and nothing was changed',
    );
    expect(document().config).toMatchObject(others);
  });

  it('refuses when nothing is published', async () => {
    const empty: KvStore = { get: async () => undefined, put: () => Promise.reject(new Error('written')) };
    await expect(changePublished(empty, drained('p/a'), NOW)).rejects.toThrow('nothing is published yet');
  });
});

describe('publishing a file after that', () => {
  it('ends a drain that the file does not say, and tells', async () => {
    const { store, document } = await published();
    await changePublished(store, drained('p/a'), NOW);
    const result = await publishConfig(store, PUBLISHED, NOW + 1_000);
    expect(result.states).toEqual([{ kind: 'origin', id: 'p/a', before: 'drain', after: 'ready' }]);
    expect(document()).toMatchObject({ version: 3, config: PUBLISHED });
  });

  it('goes on with a drain that the file says as well, from when it began', async () => {
    const { store, document } = await published();
    await changePublished(store, drained('p/a'), NOW);
    const result = await publishConfig(store, drained('p/a')(PUBLISHED), NOW + 1_000);
    expect(result).toMatchObject({ changed: false, states: [] });
    const more = withState(drained('p/a')(PUBLISHED), 'p/b', 'drain') ?? PUBLISHED;
    await publishConfig(store, more, NOW + 2_000);
    expect(document().config.pools['p']?.origins.map(({ draining_since }) => draining_since)).toEqual([
      NOW,
      NOW + 2_000,
    ]);
  });
});

describe('consequences', () => {
  it('says until when sessions go on, of every balancer that has some there', () => {
    const origins = [origin('p', 'a', { state: 'drain', draining_since: NOW }), origin('p', 'b')];
    const short = balancer({ id: 'short', session: session({ drain_ms: 60_000 }) });
    const elsewhere = balancer({ id: 'q', default_pools: ['q'], fallback_pool: 'q', session: session() });
    const all = config([balancer(), short, elsewhere], [pool('p', origins), pool('q', ['c'])]);
    expect(consequences(all, 'p/a')).toEqual(['sessions of short go on until 2026-01-02T00:01:00.000Z']);
  });

  it('warns when nobody is left who takes new clients, and that a state enables nothing', () => {
    const off = config(
      [],
      [pool('p', [origin('p', 'a', { enabled: false }), origin('p', 'b', { weight: 0 })])],
    );
    expect(consequences(off, 'p/a')).toEqual([
      'warning: no origin of pool p takes new clients now',
      'p/a is disabled: `enabled` is false, which a state does not change',
    ]);
  });
});

// Each run of wrangler takes a second or two, ten on a machine with much else to do, and there are five in a change.
describe('lb drain', { timeout: 300_000 }, () => {
  it('holds in production until a file is published that does not say so', async () => {
    await using api = await startApi([{ id: 'ns1', title: 'plimsoll' }]);
    const file = fileWith(FILE);
    api.values.set(VALUE, await published1(file));
    const config = () => (JSON.parse(api.values.get(VALUE) ?? '{}') as ConfigDocument).config;

    const drain = await lb(['drain', 'p/a'], api.env);
    expect(drain.stderr).toBe('');
    expect(drain.stdout).toMatch(/^p\/a is in drain in production: version 2, hash [0-9a-f]{12}\n/);
    expect(drain.stdout).toMatch(/\nsessions of app go on until \d{4}-\d\d-\d\dT[\d:.]+Z\n/);
    expect(drain.stdout).toContain('until a file is published that does not say so: "state": "drain"\n');
    expect(config().pools['p']?.origins[0]?.state).toBe('drain');

    // The file wins, and says what it ended.
    const again = await lb(['publish', file], api.env);
    expect(again.stderr).toContain(`note: p/a was in drain and is ready now, as ${file} says\n`);
    expect(config().pools['p']?.origins[0]).not.toHaveProperty('state');
  });
});

describe('lb drain, maintenance and ready', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Runs them in this process, over a store in memory. */
  async function operating() {
    const { store, document } = await published();
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const run = async (state: StateWord, ...args: string[]) => {
      log.mockClear();
      const command = operateCommand(state, async () => store);
      await command.parseAsync([...args, '--local'], { from: 'user' });
      return log.mock.calls.flat().join('\n');
    };
    return { run, config: () => document().config };
  }

  it('switch one origin, one pool and one balancer in what is published', async () => {
    const { run, config } = await operating();
    expect(await run('drain', 'p/a')).toMatch(/^p\/a is in drain in local: version 2, /);
    expect(config().pools['p']?.origins[0]?.state).toBe('drain');
    expect(await run('ready', 'p/a')).toMatch(/^p\/a is ready in local: version 3, /);
    expect(config().pools['p']?.origins[0]).not.toHaveProperty('state');

    expect(await run('maintenance', 'p')).toContain('warning: no origin of pool p takes new clients now');
    expect(config().pools['p']?.state).toBe('maintenance');
    await run('ready', 'p');
    expect(config().pools['p']).not.toHaveProperty('state');

    expect(await run('maintenance', '--balancer', 'app')).toContain(
      'app is in maintenance in local: version 6',
    );
    expect(config().balancers[0]?.maintenance).toMatchObject({ enabled: true, retry_after_s: 120 });
    await run('ready', '--balancer', 'app');
    expect(config().balancers[0]?.maintenance).toMatchObject({ enabled: false });
  });

  it('name what there is when there is no such thing', async () => {
    const { run } = await operating();
    await expect(run('drain', 'p/c')).rejects.toThrow(
      'there is no "p/c" in what is published; there is p/a, p/b',
    );
    await expect(run('ready', '--balancer', 'b')).rejects.toThrow('there is no load balancer "b"');
    await expect(run('maintenance')).rejects.toThrow('name one thing');
  });
});
