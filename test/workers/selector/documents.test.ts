import { describe, expect, it } from 'vitest';
import { HEALTH_KEY } from '../../../shared/contracts/health.ts';
import { CONFIG_KEY } from '../../../shared/model/config.ts';
import { Documents } from '../../../workers/selector/documents.ts';
import type { Env } from '../../../workers/selector/env.ts';
import { configOf, healthOf } from '../../support/rankings.ts';

const BUNDLED = configOf([], [], 0);
const never = () => new Promise<never>(() => {});

/** A namespace whose answers the test sets: a value, an error to throw, or `hang`. */
function setUp(values: Record<string, unknown>) {
  const clock = { ms: 0 };
  const reads: string[] = [];
  const KV = {
    async get(key: string, how: { type: string; cacheTtl: number }) {
      expect(how).toEqual({ type: key.includes('/') ? 'text' : 'json', cacheTtl: 30 });
      reads.push(key);
      const value = values[key];
      if (value === 'hang') return never();
      if (value instanceof Error) throw value;
      return value ?? null;
    },
  };
  const documents = new Documents({ KV } as unknown as Env, BUNDLED, () => clock.ms);
  const background: Promise<unknown>[] = [];
  const config = (config_version = 0, health_version = 0) =>
    documents.config({ config_version, health_version }, (work) => background.push(work));
  /** Asks, waits for the reads that this began, and asks again. */
  const settled = async () => {
    await config();
    await Promise.all(background);
    return config();
  };
  return { values, clock, reads, documents, config, settled, background };
}

describe('a cold isolate', () => {
  it('takes the configuration and health from KV', async () => {
    const health = healthOf({ 'p/a': 'down' });
    const { config, documents } = setUp({ [CONFIG_KEY]: configOf([], [], 4), [HEALTH_KEY]: health });
    expect((await config()).version).toBe(4);
    expect(documents.health).toBe(health);
  });

  it('takes the bundled configuration when KV holds none', async () => {
    const { config, documents } = setUp({});
    expect(await config()).toBe(BUNDLED);
    expect(documents.health).toBeUndefined();
  });

  it('takes the bundled configuration when KV is not bound', async () => {
    const documents = new Documents({}, BUNDLED, () => 0);
    expect(await documents.config({ config_version: 0, health_version: 0 }, () => {})).toBe(BUNDLED);
  });

  it('takes the bundled configuration when KV throws', async () => {
    const { config } = setUp({
      [CONFIG_KEY]: new Error('KV is down'),
      [HEALTH_KEY]: new Error('KV is down'),
    });
    expect(await config()).toBe(BUNDLED);
  });

  it('waits for KV no longer than its deadline', async () => {
    const { config } = setUp({ [CONFIG_KEY]: 'hang', [HEALTH_KEY]: 'hang' });
    expect(await config()).toBe(BUNDLED);
  });

  it('answers by the configuration when the read of health hangs', async () => {
    const { config, documents } = setUp({ [CONFIG_KEY]: configOf([], [], 4), [HEALTH_KEY]: 'hang' });
    expect((await config()).version).toBe(4);
    expect(documents.health).toBeUndefined();
  });
});

/** A version that the isolate does not hold. */
const OTHER = 99;

describe('a warm isolate', () => {
  it('looks again if the gateway holds a newer version, before it answers and at most once a second', async () => {
    const { config, clock, reads, values } = setUp({
      [CONFIG_KEY]: configOf([], [], 4),
      [HEALTH_KEY]: healthOf({}, 3),
    });
    await config(4, 3);
    values[CONFIG_KEY] = configOf([], [], 5);
    clock.ms = 999;
    await config(5, 3);
    expect(reads).toEqual([CONFIG_KEY, HEALTH_KEY]);
    clock.ms = 1_000;
    expect((await config(5, 3)).version).toBe(5);
    await config(4, OTHER);
    expect(reads).toHaveLength(4);
  });

  it('looks every 300 s while the gateway holds the same versions', async () => {
    const { config, clock, reads, background } = setUp({ [CONFIG_KEY]: configOf([], [], 4) });
    await config(4, 0);
    clock.ms = 299_999;
    await config(4, 0);
    await Promise.all(background);
    expect(reads).toHaveLength(2);
    clock.ms = 300_000;
    await config(4, 0);
    await Promise.all(background);
    expect(reads).toHaveLength(4);
  });

  it('looks every 5 s while the gateway holds older versions, because it may have no source', async () => {
    const { config, clock, reads, background } = setUp({ [CONFIG_KEY]: configOf([], [], 4) });
    await config(0, 0);
    for (clock.ms = 1_000; clock.ms <= 10_000; clock.ms += 1_000) {
      await config(0, 0);
      await Promise.all(background);
    }
    expect(reads).toHaveLength(6);
  });

  it('does not wait when KV begins to hang', async () => {
    const { config, clock, values } = setUp({ [CONFIG_KEY]: configOf([], [], 4) });
    await config();
    values[CONFIG_KEY] = 'hang';
    clock.ms = 10_000;
    expect((await config()).version).toBe(4);
  });

  it.each([
    ['text', 'hello'],
    ['a list', []],
    ['another format', { ...configOf([], [], 9), format: 3 }],
    ['a head without its body', { ...configOf([], [], 9), format: 2, hash: 'f00' }],
    ['no balancers', { format: 1, version: 9, config: { pools: {} } }],
    ['no pools', { format: 1, version: 9, config: { balancers: [] } }],
    ['what is not JSON', new SyntaxError('Unexpected token')],
  ])('keeps its configuration when KV holds %s', async (_, garbage) => {
    const { config, clock, values, settled } = setUp({ [CONFIG_KEY]: configOf([], [], 4) });
    await config();
    values[CONFIG_KEY] = garbage;
    clock.ms = 5_000;
    expect((await settled()).version).toBe(4);
  });

  it.each([
    ['text', 'hello'],
    ['no origins', { version: 9, published_at: 1, heartbeat_ms: 1 }],
  ])('keeps its health document when KV holds %s', async (_, garbage) => {
    const good = healthOf({});
    const { config, clock, values, settled, documents } = setUp({ [HEALTH_KEY]: good });
    await config();
    values[HEALTH_KEY] = garbage;
    clock.ms = 5_000;
    await settled();
    expect(documents.health).toBe(good);
  });
});

describe('an isolate that was idle', () => {
  const down = () => ({ ...healthOf({ 'p/a': 'down' }), published_at: 0 });

  it('looks at both documents before it answers', async () => {
    const { values, config, clock, documents, reads } = setUp({
      [CONFIG_KEY]: configOf([], [], 4),
      [HEALTH_KEY]: down(),
    });
    await config();
    clock.ms = 3_600_000;
    values[CONFIG_KEY] = configOf([], [], 5);
    values[HEALTH_KEY] = { ...down(), version: 63, published_at: 3_590_000 };
    expect((await config(5, 63)).version).toBe(5);
    expect(documents.health?.origins['p/a']?.state).toBe('down');
    expect(reads).toHaveLength(4);
  });

  it('trusts its documents if the gateway holds the same versions', async () => {
    const { config, clock, documents, reads, background } = setUp({
      [CONFIG_KEY]: configOf([], [], 4),
      [HEALTH_KEY]: down(),
    });
    await config();
    clock.ms = 3_600_000;
    const answer = config(4, 3);
    expect(documents.health?.origins['p/a']?.state).toBe('down');
    await answer;
    await Promise.all(background);
    expect(reads).toHaveLength(4);
  });

  it('trusts its documents when KV hangs, and waits at most 25 ms', async () => {
    const { values, config, clock, documents } = setUp({
      [CONFIG_KEY]: configOf([], [], 4),
      [HEALTH_KEY]: down(),
    });
    await config();
    clock.ms = 3_600_000;
    values[CONFIG_KEY] = values[HEALTH_KEY] = 'hang';
    expect((await config()).version).toBe(4);
    expect(documents.health?.origins['p/a']?.state).toBe('down');
  });
});

it('a clock that is set back does not keep documents from being read again', async () => {
  const { values, config, clock, settled } = setUp({ [CONFIG_KEY]: configOf([], [], 4) });
  await config();
  values[CONFIG_KEY] = configOf([], [], 5);
  clock.ms -= 3_600_000;
  expect((await settled()).version).toBe(5);
});
