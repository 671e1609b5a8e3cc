import { describe, expect, it } from 'vitest';
import type { ProbeOrder, ProbeResult } from '../../../shared/contracts/carrying.ts';
import { previewOf } from '../../../workers/health/preview.ts';
import { config, monitor, origin } from './fixture.ts';

const answering = (answer: (order: ProbeOrder) => Promise<ProbeResult>) => () => ({ probe: answer });
const content = config([origin('a', { enabled: false }), origin('b', { proxy: 'PROXY_EU' })], {
  monitor: { retries: 2, type: 'https', path: '/health' },
});

describe('previewOf', () => {
  it('returns the result of the probe, also for a disabled origin', async () => {
    const well = answering(async () => ({ healthy: true, status: 204, rtt_ms: 7 }));
    expect(await previewOf('p/a', content, well)).toEqual([
      { monitor: 'm', url: 'https://a.example.com:443/health', outcome: 'success', status: 204, rtt_ms: 7 },
    ]);
  });

  it('probes once and does not retry a time-out', async () => {
    let probes = 0;
    const late = answering(async () => {
      probes++;
      return { healthy: false, reason: 'http_timeout', status: 0, rtt_ms: 1_000 };
    });
    expect(await previewOf('p/a', content, late)).toMatchObject([
      { outcome: 'failure', reason: 'http_timeout' },
    ]);
    expect(probes).toBe(1);
  });

  it('says what is wrong with the proxy', async () => {
    const asked: string[] = [];
    const results = await previewOf('p/b', content, (binding) => void asked.push(binding));
    expect(asked).toEqual(['PROXY_EU']);
    expect(results).toMatchObject([{ outcome: 'lost', detail: expect.stringContaining('not bound') }]);
  });

  it('probes with each monitor of a group, and shows tcp in the URL', async () => {
    const grouped = {
      ...content,
      pools: { p: { ...content.pools.p, monitor: 'g', monitor_group: 'g' } },
      monitors: { m: content.monitors.m, t: monitor({ id: 't', type: 'tcp', port: 5_432 }) },
      monitor_groups: { g: [{ monitor: 'm' }, { monitor: 't', monitoring_only: true as const }] },
    };
    const well = answering(async () => ({ healthy: true, status: 0, rtt_ms: 1 }));
    const urls = (await previewOf('p/a', grouped, well))?.map(({ url }) => url);
    expect(urls).toEqual(['https://a.example.com:443/health', 'tcp://a.example.com:5432']);
  });

  it('distinguishes an origin without a monitor from one that does not exist', async () => {
    const { monitor: _, ...unwatched } = content.pools.p;
    const none = () => undefined;
    expect(await previewOf('p/a', { ...content, pools: { p: unwatched } }, none)).toEqual([]);
    expect(await previewOf('p/z', content, none)).toBeUndefined();
    expect(await previewOf('q/a', content, none)).toBeUndefined();
    expect(await previewOf('__proto__/a', content, none)).toBeUndefined();
    expect(await previewOf('constructor/a', content, none)).toBeUndefined();
  });
});
