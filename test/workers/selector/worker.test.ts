import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HEALTH_KEY } from '../../../shared/contracts/health.ts';
import { CONFIG_KEY } from '../../../shared/model/config.ts';
import type { Env } from '../../../workers/selector/env.ts';
import { balancer, configOf, healthOf, pool, question } from '../../support/rankings.ts';

const CONFIG = configOf([balancer(['p'])], [pool('p', ['a', 'b'])], 4);
const real = env as unknown as { KV: KVNamespace };

/** A Worker in a fresh isolate. */
async function start(bindings: Env) {
  vi.resetModules();
  const { default: Selector } = await import('../../../workers/selector/worker.ts');
  const context = createExecutionContext();
  return { worker: new Selector(context, bindings), context };
}

describe('the selector Worker', () => {
  beforeEach(async () => {
    await real.KV.put(CONFIG_KEY, JSON.stringify(CONFIG));
    await real.KV.put(
      HEALTH_KEY,
      JSON.stringify({ ...healthOf({ 'p/a': 'down' }), published_at: Date.now() }),
    );
  });

  it('answers by the configuration and health in KV, and names its version', async () => {
    const VERSION = { id: 'v-1', tag: '', timestamp: '' };
    const { worker, context } = await start({ KV: real.KV, VERSION });
    const answer = await worker.select(question());
    await waitOnExecutionContext(context);
    expect(answer).toMatchObject({
      rankings: [{ origins: ['p/b'] }],
      version: 'v-1',
      config_version: 4,
      health_version: 3,
    });
  });

  it('answers without KV and without a version', async () => {
    const { worker } = await start({});
    // The bundled configuration of unit tests has no balancers.
    await expect(worker.select(question())).rejects.toThrow(
      'no load balancer "app" in configuration version 0',
    );
  });

  it('answers when a document in KV is not JSON', async () => {
    await real.KV.put(CONFIG_KEY, 'no JSON');
    const { worker } = await start({ KV: real.KV });
    await expect(worker.select(question())).rejects.toThrow('configuration version 0');
  });

  it('answers 404 to every HTTP request', async () => {
    const { worker } = await start({});
    expect(worker.fetch().status).toBe(404);
  });
});
