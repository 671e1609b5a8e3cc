import { describe, expect, it } from 'vitest';
import { CONFIG_KEY } from '../../../shared/config/config.ts';
import { HEALTH_KEY } from '../../../shared/contracts/health.ts';
import { openConfig, openHealth } from '../../../workers/gateway/documents.ts';
import type { Env } from '../../../workers/gateway/env.ts';
import { prepare } from '../../../workers/gateway/loaded.ts';
import { balancer, config, documentOf, pool } from './support.ts';

/** Documents over a namespace whose values a test sets. */
function setUp(values: Record<string, unknown>) {
  const env = { KV: { get: async (key: string) => values[key] ?? null } } as unknown as Env;
  return { values, config: openConfig(env, () => 0), health: openHealth(env, () => 0) };
}

const published = (version: number, published_at: string) => ({
  ...documentOf(config([balancer()], [pool('p', ['a'])]), version),
  published_at,
});
const JUNE = '2026-06-01T00:00:00.000Z';
const JULY = '2026-07-01T00:00:00.000Z';

describe('a configuration that is older than the one in hand', () => {
  it('is not taken: a place that is behind has answered', async () => {
    const { values, config } = setUp({ [CONFIG_KEY]: published(5, JULY) });
    await config.load();
    values[CONFIG_KEY] = published(4, JUNE);
    await config.load();
    expect(config.current?.document.version).toBe(5);
    values[CONFIG_KEY] = published(6, JULY);
    await config.load();
    expect(config.current?.document.version).toBe(6);
  });

  it('is not taken either in place of a cached copy', async () => {
    const { config } = setUp({ [CONFIG_KEY]: published(4, JUNE) });
    config.offer(prepare(published(5, JULY)));
    await config.load();
    expect(config.current?.document.version).toBe(5);
  });

  it('is taken when it was published later: the store was lost, and versions begin anew', async () => {
    const { values, config } = setUp({ [CONFIG_KEY]: published(5, JUNE) });
    await config.load();
    values[CONFIG_KEY] = published(1, JULY);
    await config.load();
    expect(config.current?.document.version).toBe(1);
  });

  it('is taken in place of the bundled one, however late that was bundled', async () => {
    const { config } = setUp({ [CONFIG_KEY]: published(3, JUNE) });
    config.offer(prepare(published(0, JULY)));
    await config.load();
    expect(config.current?.document.version).toBe(3);
  });
});

it('a health document that is older than the one in hand is not taken', async () => {
  const document = (version: number, published_at: number) => ({
    version,
    published_at,
    heartbeat_ms: 1,
    origins: {},
  });
  const { values, health } = setUp({ [HEALTH_KEY]: document(8, 2_000) });
  await health.load();
  values[HEALTH_KEY] = document(7, 1_000);
  await health.load();
  expect(health.current?.version).toBe(8);
  values[HEALTH_KEY] = document(1, 3_000);
  await health.load();
  expect(health.current?.version).toBe(1);
});
