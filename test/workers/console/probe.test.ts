import { describe, expect, it, vi } from 'vitest';
import type { Previewer, PreviewOrder } from '../../../shared/contracts/preview.ts';
import type { Env } from '../../../workers/console/env.ts';
import { config } from '../../support/normalised.ts';
import { asked, LOCAL, visit } from './visit.ts';

const seen = {
  monitor: 'm',
  url: 'https://a.example.com/',
  outcome: 'success',
  status: 200,
  rtt_ms: 3,
} as const;

async function ask(body: unknown, HEALTH?: Previewer, headers: Record<string, string> = {}) {
  const bindings: Env = { ...LOCAL, ...(HEALTH === undefined ? {} : { HEALTH }) };
  const { status, json } = await asked<{ error?: string; results?: unknown }>('/api/probe', {
    method: 'POST',
    body,
    headers,
    bindings,
  });
  return { status, answer: json };
}

const half = (origins: unknown[], monitors = {}) => ({ balancers: [], pools: { p: { origins } }, monitors });

const group = (members: unknown[]) => ({ ...half([]), monitor_groups: { g: members } });

const previewer = (preview: Previewer['preview']): Previewer => ({ preview });

describe('POST /api/probe', () => {
  it('returns the result of the health Worker, for the published or a given configuration', async () => {
    const orders: PreviewOrder[] = [];
    const health = previewer(async (order) => {
      orders.push(order);
      return [seen];
    });
    expect(await ask({ origin: 'p/a' }, health)).toEqual({
      status: 200,
      answer: { origin: 'p/a', results: [seen] },
    });
    expect((await ask({ origin: 'p/a', config: config([], []) }, health)).status).toBe(200);
    expect(orders).toEqual([{ origin: 'p/a' }, { origin: 'p/a', config: config([], []) }]);
  });

  it.each([
    [400, 'is not JSON', '{', {}],
    [400, 'names no origin', {}, {}],
    [400, 'names a pool', { origin: 'eu' }, {}],
    [400, 'has an invalid configuration', { origin: 'p/a', config: { pools: 1 } }, {}],
    [400, 'has an origin that is none', { origin: 'p/a', config: half([null]) }, {}],
    [400, 'has an origin without a URL', { origin: 'p/a', config: half([{ id: 'p/a' }]) }, {}],
    [400, 'has a monitor that is none', { origin: 'p/a', config: half([], { m: 1 }) }, {}],
    [400, 'has a monitor group that is none', { origin: 'p/a', config: group([null]) }, {}],
    [400, 'would send 101 probes', { origin: 'p/a', config: group(Array(101).fill({ monitor: 'm' })) }, {}],
    [404, 'has a group of 100', { origin: 'p/a', config: group(Array(100).fill({ monitor: 'm' })) }, {}],
    [404, 'names an origin that does not exist', { origin: 'p/z' }, {}],
    [415, 'is a form, which any site could send', { origin: 'p/a' }, { 'content-type': 'text/plain' }],
    [413, 'is too long', 'x'.repeat(8_000_001), {}],
  ])('answers %i when the body %s', async (status, _, body, headers) => {
    const { status: given, answer } = await ask(
      body,
      previewer(async () => undefined),
      headers,
    );
    expect([given, typeof answer.error]).toEqual([status, 'string']);
  });

  it('says what to do when the health Worker is not bound or fails, and reveals nothing else', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await ask({ origin: 'p/a' })).toMatchObject({ status: 503 });
    const failing = previewer(() => Promise.reject(new Error('secret internals')));
    const { status, answer } = await ask({ origin: 'p/a' }, failing);
    expect(status).toBe(503);
    expect(JSON.stringify(answer)).not.toContain('secret internals');
    vi.restoreAllMocks();
  });

  it('rejects a request without the token', async () => {
    expect((await visit('/api/probe', { method: 'POST', body: {}, token: null })).status).toBe(401);
  });
});
