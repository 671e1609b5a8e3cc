import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TRAFFIC } from '../../shared/analytics/datasets.ts';
import { stored } from '../support/stored.ts';
import { runs } from './runs.ts';
import { setting, step, wholeGateway } from './whole_gateway.ts';

/** A case is a system of its own and takes a hundred times as long as one of a pure function. */
const { numRuns } = runs();
const CASES = Math.ceil(numRuns / 20);
const BURST = 64;

const tick = () => new Promise((resolve) => setTimeout(resolve, 0));
const column = (point: { blobs: string[]; doubles: number[] }, name: keyof typeof TRAFFIC.columns) =>
  stored(point, TRAFFIC.columns[name]);

it('loses no count, sends no request without a client and keeps its shares, whatever happens in which order', async () => {
  await fc.assert(
    fc.asyncProperty(setting, fc.array(step, { minLength: 5, maxLength: 40 }), async (how, steps) => {
      const gateway = wholeGateway(how);
      for (const what of steps) {
        gateway.apply(what);
        await tick();
      }
      await gateway.finish();

      expect(gateway.violations).toEqual([]);
      for (const name of gateway.names) expect(gateway.isolate.inflight.of(`p/${name}`)).toBe(0);
      // One data point a request, and the origin it names is the one whose answer was delivered.
      expect(gateway.points).toHaveLength(gateway.clients.size);
      const delivered = [...gateway.clients.values()].flatMap(({ body }) =>
        body.startsWith('p/') ? [body] : [],
      );
      const named = gateway.points.filter((point) => Number(column(point, 'attempts')) > 0);
      const count = (list: readonly unknown[], id: string) => list.filter((one) => one === id).length;
      for (const name of gateway.names) {
        const told = named.filter((point) => column(point, 'origin') === `p/${name}`);
        expect(told.length).toBeGreaterThanOrEqual(count(delivered, `p/${name}`));
      }

      if (how.policy === 'hash') return;
      await gateway.recover();
      gateway.tickets.length = 0;
      await Promise.all(Array.from({ length: BURST }, () => gateway.send('GET')));
      await gateway.settled();
      expect(gateway.violations).toEqual([]);
      if (how.max_inflight !== undefined || how.hedged) return;
      const served = gateway.served();
      for (const name of served)
        expect(
          count(
            gateway.tickets.map(({ origin }) => origin),
            `p/${name}`,
          ),
        ).toBeLessThanOrEqual((1.25 * BURST) / served.length + 1);
    }),
    { ...runs(), numRuns: CASES },
  );
}, 600_000);
