import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProbeOrder } from '../../../shared/contracts/carrying.ts';
import type { Env } from '../../../workers/health/env.ts';
import type { Observations } from '../../../workers/health/judge/observation.ts';
import type { Monitors } from '../../../workers/health/monitors.ts';
import { watched } from '../../../workers/health/probe/order.ts';
import type { Region } from '../../../workers/health/region.ts';
import { config, origin } from './fixture.ts';

const bindings = env as unknown as Env;
const content = config([origin('a')], { monitor: { interval_ms: 200 }, pool: { check_regions: ['OC'] } });
const assignment = { region: 'oc' as const, watched: watched(content), known: {} };

let orders: ProbeOrder[];
let healthy: boolean;
let reports: Observations[];
let reachable: boolean;
let region: DurableObjectStub<Region>;
let tests = 0;

beforeEach(() => {
  orders = [];
  healthy = true;
  reports = [];
  reachable = true;
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(Math, 'random').mockReturnValue(0);
  Object.assign(bindings, {
    PROXY: {
      probe: async (order: ProbeOrder) => {
        orders.push(order);
        return healthy
          ? { healthy, status: 200, rtt_ms: 3 }
          : { healthy, reason: 'tcp_connection_failed', status: 0, rtt_ms: 1 };
      },
    },
    HEALTH: undefined,
  });
  const coordinator = {
    report: async (_: string, sights: Observations) => {
      if (!reachable) throw new Error('no coordinator');
      reports.push(sights);
    },
  };
  vi.spyOn(bindings.MONITORS, 'idFromString').mockReturnValue({} as DurableObjectId);
  vi.spyOn(bindings.MONITORS, 'get').mockReturnValue(coordinator as unknown as DurableObjectStub<Monitors>);
  region = bindings.REGIONS.getByName(`region-${tests++}`);
});

afterEach(async () => {
  await runInDurableObject(region, async (instance, state) => {
    instance.alarm = async () => {};
    await state.storage.deleteAlarm();
  });
  vi.restoreAllMocks();
});

/** Runs alarms until `holds` passes. */
const until = (holds: () => void) =>
  vi.waitFor(
    async () => {
      await runDurableObjectAlarm(region);
      holds();
    },
    { timeout: 12_000, interval: 50 },
  );

it('keeps probing by its last assignment, and reports as soon as it can', { timeout: 30_000 }, async () => {
  await region.follow('coordinator', assignment);
  await until(() => expect(reports.at(-1)?.['p/a']?.state).toBe('up'));
  expect(orders[0]).toMatchObject({ origin: 'p/a', region: 'oc' });
  reachable = false;
  healthy = false;
  await evictDurableObject(region);
  const probes = orders.length;
  await until(() => expect(orders.length).toBeGreaterThan(probes + 3));
  expect(reports.at(-1)?.['p/a']?.state).toBe('up');
  reachable = true;
  await until(() => expect(reports.at(-1)?.['p/a']).toMatchObject({ state: 'down' }));
});

it('keeps checking while its coordinator hangs', { timeout: 30_000 }, async () => {
  await region.follow('coordinator', assignment);
  await until(() => expect(orders.length).toBeGreaterThan(0));
  const report = vi.fn(() => new Promise(() => {}));
  vi.spyOn(bindings.MONITORS, 'get').mockReturnValue({
    report,
  } as unknown as DurableObjectStub<Monitors>);
  healthy = false;
  await until(() => expect(report).toHaveBeenCalled());
  const before = { orders: orders.length, reports: report.mock.calls.length };
  await until(() => expect(orders.length).toBeGreaterThan(before.orders + 3));
  // If checks waited for the coordinator, a report would have timed out before each of them.
  expect(report.mock.calls.length - before.reports).toBeLessThan(3);
});

it('does not repeat an unchanged report', { timeout: 30_000 }, async () => {
  await region.follow('coordinator', assignment);
  await until(() => expect(reports.at(-1)?.['p/a']?.state).toBe('up'));
  const before = reports.length;
  const probes = orders.length;
  await until(() => expect(orders.length).toBeGreaterThan(probes + 2));
  expect(reports.length).toBe(before);
});

it('starts a new origin with what is known about it', async () => {
  const known: Observations = { 'p/a': { state: 'down', since: 7, reason: 'tcp_timeout' } };
  expect(await region.follow('coordinator', { ...assignment, known })).toEqual(known);
});

it('stops its clock when it has nothing to check', async () => {
  await region.follow('coordinator', assignment);
  await region.follow('coordinator', { ...assignment, watched: [] });
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(region);
    expect(await runInDurableObject(region, (_, { storage }) => storage.getAlarm())).toBeNull();
  });
});
