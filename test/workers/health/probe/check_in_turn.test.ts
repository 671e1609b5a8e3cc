import { describe, expect, it } from 'vitest';
import type { ProbeOrder, ProbeResult, Prober } from '../../../../shared/contracts/carrying.ts';
import { checkInTurn, QUICK_MS } from '../../../../workers/health/probe/check_in_turn.ts';
import { orderFor } from '../../../../workers/health/probe/order.ts';
import { type Lane, Slots } from '../../../../workers/health/probe/slots.ts';
import { monitor, origin } from '../fixture.ts';

const UP: ProbeResult = { healthy: true, status: 200, rtt_ms: 3 };
const LATE: ProbeResult = { healthy: false, reason: 'http_timeout', status: 0, rtt_ms: 4 };

/** An origin that answers after a given time, and a clock that advances by that time. */
function setUp(takes_ms: number[], timeout_ms = 5_000) {
  const clock = { ms: 0 };
  const asked_ms: number[] = [];
  const prober: Prober = {
    async probe(order: ProbeOrder) {
      asked_ms.push(order.timeout_ms);
      const takes = takes_ms.shift() ?? 0;
      clock.ms += Math.min(takes, order.timeout_ms);
      return takes < order.timeout_ms ? UP : LATE;
    },
  };
  const order = orderFor(origin('a'), monitor({ timeout_ms }));
  const check = (lane: Lane, retries = 0) =>
    checkInTurn(new Slots(5), prober, order, retries, lane, () => clock.ms);
  return { asked_ms, check };
}

describe('a check', () => {
  it('stays in the quick lane when the origin answers within a second', async () => {
    const { asked_ms, check } = setUp([999]);
    expect(await check('quick')).toMatchObject({ checked: { ended: 'success' }, lane: 'quick' });
    expect(asked_ms).toEqual([QUICK_MS]);
  });

  it('is repeated in the slow lane, with the full timeout of the monitor, when the origin takes longer', async () => {
    const { asked_ms, check } = setUp([3_000, 3_000]);
    expect(await check('quick')).toMatchObject({ checked: { ended: 'success' }, lane: 'slow' });
    expect(asked_ms).toEqual([QUICK_MS, 5_000]);
  });

  it('has all its retries in the slow lane', async () => {
    const { asked_ms, check } = setUp([9_000, 9_000, 9_000, 9_000]);
    expect(await check('quick', 2)).toMatchObject({ checked: { reason: 'http_timeout' }, lane: 'slow' });
    expect(asked_ms).toEqual([QUICK_MS, 5_000, 5_000, 5_000]);
  });

  it('begins in the slow lane, and leaves it when the origin answers within a second', async () => {
    const { asked_ms, check } = setUp([3_000, 20]);
    expect(await check('slow')).toMatchObject({ checked: { ended: 'success' }, lane: 'slow' });
    expect(await check('slow')).toMatchObject({ checked: { ended: 'success' }, lane: 'quick' });
    expect(asked_ms).toEqual([5_000, 5_000]);
  });

  it.each([0, 2])('with a timeout of one second is retried exactly %d times', async (retries) => {
    const { asked_ms, check } = setUp([9_000, 9_000, 9_000, 9_000], 1_000);
    expect(await check('quick', retries)).toMatchObject({ checked: { ended: 'failure' }, lane: 'slow' });
    expect(asked_ms).toHaveLength(1 + retries);
  });

  it('that fails immediately stays in the quick lane', async () => {
    const refused: Prober = {
      probe: async () => ({ healthy: false, reason: 'tcp_connection_failed', status: 0, rtt_ms: 1 }),
    };
    const order = orderFor(origin('a'), monitor());
    expect(await checkInTurn(new Slots(5), refused, order, 2, 'quick', () => 0)).toMatchObject({
      checked: { reason: 'tcp_connection_failed' },
      lane: 'quick',
    });
  });
});
