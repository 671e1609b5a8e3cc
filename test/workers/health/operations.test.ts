import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProbeOrder, ProbeResult } from '../../../shared/contracts/carrying.ts';
import { CONFIG_KEY } from '../../../shared/model/config.ts';
import type { Env } from '../../../workers/health/env.ts';
import type { Monitors } from '../../../workers/health/monitors.ts';
import { config, configDocument, origin, sequence } from './fixture.ts';

// The coordinator's billed operations, counted over an hour of its own clock. The hour takes a few seconds.

const HOUR_MS = 3_600_000;
const ORIGINS = 20;
const INTERVAL_MS = 60_000;

const bindings = env as unknown as Env;
const before = { ...bindings };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(Math, 'random').mockImplementation(sequence(7));
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  Object.assign(bindings, before);
});

/** What the Free plan allows in a day. https://developers.cloudflare.com/durable-objects/platform/pricing/, …/kv/platform/pricing/ */
const FREE = { object_requests: 100_000, rows_written: 100_000, kv_writes: 1_000 };

const UP: ProbeResult = { healthy: true, status: 200, rtt_ms: 5 };
const REFUSED: ProbeResult = { healthy: false, reason: 'tcp_connection_failed', status: 0, rtt_ms: 1 };

/** A KV namespace in memory that counts. */
function countedKv(values: Map<string, string>, counts: { kv_reads: number; kv_writes: number }) {
  return {
    get: async (key: string) => {
      counts.kv_reads++;
      return JSON.parse(values.get(key) ?? 'null');
    },
    put: async (key: string, value: string) => {
      counts.kv_writes++;
      values.set(key, value);
    },
  };
}

/**
 * Lets the coordinator run for an hour, with a look of a reader after each alarm.
 * @param probe the result of a probe in a minute of the hour
 * @returns how often it did what is billed, without its first minute
 */
async function anHour(probe: (origin: string, minute: number) => ProbeResult) {
  const counts = { kv_reads: 0, kv_writes: 0, alarms: 0, rows_written: 0, data_points: 0 };
  const origins = Array.from({ length: ORIGINS }, (_, i) => origin(`o${i}`));
  const document = configDocument(config(origins, { monitor: { interval_ms: INTERVAL_MS } }));
  let began_at = Date.now();
  Object.assign(bindings, {
    KV: countedKv(new Map([[CONFIG_KEY, JSON.stringify(document)]]), counts),
    PROXY: {
      probe: async (order: ProbeOrder) => probe(order.origin, (Date.now() - began_at) / 60_000),
    },
    HEALTH: { writeDataPoint: () => void counts.data_points++ },
  });
  await runInDurableObject(bindings.MONITORS.getByName('operations'), async (object, { storage }) => {
    const instance = object as Monitors;
    let alarm_at: number | null = null;
    const put = storage.kv.put.bind(storage.kv);
    vi.spyOn(storage.kv, 'put').mockImplementation((key, value) => {
      counts.rows_written++;
      put(key, value);
    });
    vi.spyOn(storage, 'getAlarm').mockImplementation(async () => alarm_at);
    vi.spyOn(storage, 'setAlarm').mockImplementation(async (at) => {
      counts.rows_written++;
      alarm_at = Number(at);
    });
    const run = async (ms: number) => {
      for (const end = Date.now() + ms; alarm_at !== null && alarm_at <= end; ) {
        vi.setSystemTime(Math.max(alarm_at, Date.now()));
        alarm_at = null;
        counts.alarms++;
        await instance.alarm();
        await instance.heads();
      }
    };
    await instance.wake();
    await run(60_000);
    Object.assign(counts, { kv_reads: 0, kv_writes: 0, alarms: 0, rows_written: 0, data_points: 0 });
    began_at = Date.now();
    await run(HOUR_MS);
  });
  return counts;
}

it('fits the Free plan with 20 origins that are probed every 60 s, one of which goes down and up in each hour', async () => {
  const hour = await anHour((name, minute) => (name === 'p/o7' && minute > 20 && minute < 40 ? REFUSED : UP));
  const checks = ORIGINS * (HOUR_MS / INTERVAL_MS);
  const transitions = 2;
  // A check that falls on either end of the hour may be missing or one too many.
  expect(Math.abs(hour.data_points - transitions - checks)).toBeLessThanOrEqual(ORIGINS);
  // A heartbeat every five minutes, and each change of a state.
  expect(hour.kv_writes).toBeGreaterThanOrEqual(transitions + 10);
  expect(hour.kv_writes).toBeLessThanOrEqual(transitions + 12);
  expect(hour.kv_reads).toBeLessThanOrEqual(HOUR_MS / 10_000);
  // Hardly more alarms than checks, and two rows for each check: its result, and the next alarm.
  expect(hour.alarms).toBeLessThan(1.1 * checks);
  expect(hour.rows_written).toBeLessThan(2.2 * checks);

  const watchdog = 24 * 60;
  // Half of the requests are left for readers, and half of the writes for publications and for bad days.
  expect(24 * hour.alarms + watchdog).toBeLessThan(FREE.object_requests / 2);
  expect(24 * hour.kv_writes).toBeLessThan(FREE.kv_writes / 2);
  expect(24 * hour.rows_written).toBeLessThan(FREE.rows_written);
});
