import { describe, expect, it, vi } from 'vitest';
import type { ProbeResult, Prober } from '../../../../shared/contracts/carrying.ts';
import { check, PROXY_GRACE_MS } from '../../../../workers/health/probe/check.ts';
import { orderFor } from '../../../../workers/health/probe/order.ts';
import { monitor, origin } from '../fixture.ts';

const order = orderFor(origin('a'), monitor({ timeout_ms: 20 }));
const good: ProbeResult = { healthy: true, status: 200, rtt_ms: 3 };
const failed = (reason: string) => ({ healthy: false, status: 0, rtt_ms: 4, reason }) as ProbeResult;

/** A prober that returns these results in turn and counts its calls. */
function prober(...results: unknown[]): Prober & { asked: number } {
  return {
    asked: 0,
    async probe() {
      const result = results[this.asked++];
      if (result instanceof Error) throw result;
      return result as ProbeResult;
    },
  };
}

describe('check', () => {
  it.each(['tcp_timeout', 'http_timeout'])(
    'retries %s immediately, up to `retries` times',
    async (reason) => {
      const healed = prober(failed(reason), failed(reason), good);
      expect(await check(healed, order, 2)).toEqual({ ended: 'success', status: 200, rtt_ms: 3 });
      const lasting = prober(failed(reason), failed(reason), good);
      expect(await check(lasting, order, 1)).toMatchObject({ ended: 'failure', reason });
      expect(lasting.asked).toBe(2);
    },
  );

  it('does not retry any other failure', async () => {
    const refused = prober(failed('tcp_connection_failed'), good);
    expect(await check(refused, order, 2)).toMatchObject({
      ended: 'failure',
      reason: 'tcp_connection_failed',
    });
    expect(refused.asked).toBe(1);
  });

  it('reports an unknown reason as `other`', async () => {
    expect(await check(prober(failed('ate_my_homework')), order, 0)).toMatchObject({ reason: 'other' });
  });

  it.each([
    ['is not bound', undefined],
    ['throws', prober(new Error('no such method'))],
    ['returns something else', prober({ ok: true })],
    ['returns nothing', prober(undefined)],
  ])('is lost, not failed, when the proxy %s', async (_, broken) => {
    expect(await check(broken, order, 2)).toMatchObject({ ended: 'lost', reason: 'other' });
  });

  it('waits for a hanging proxy at most for the timeout plus the grace period', async () => {
    const hanging: Prober = { probe: () => new Promise(() => {}) };
    vi.useFakeTimers();
    try {
      const checked = check(hanging, order, 5);
      await vi.advanceTimersByTimeAsync(order.timeout_ms + PROXY_GRACE_MS);
      expect(await checked).toMatchObject({ ended: 'lost' });
    } finally {
      vi.useRealTimers();
    }
  });
});
