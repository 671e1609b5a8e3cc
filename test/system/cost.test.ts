import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { probingOf } from '../../tools/cost/configured.ts';
import { DEFAULTS, type Deployment } from '../../tools/cost/deployment.ts';
import { lookOperations } from '../../tools/cost/looks.ts';
import { operationsOf } from '../../tools/cost/operations.ts';
import { configFor } from '../../tools/harness/config.ts';
import { type Origin, startOrigin } from '../../tools/harness/origin.ts';
import { type Counts, type SmallDeployment, startSmallDeployment } from './harness/small_deployment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How long operations are counted, from vitest.config.ts. */
    cost_seconds: number;
  }
}

const SECONDS = inject('cost_seconds');
const ISOLATES = 9;
const CENTRES = 3;
const ORIGINS = 4;
/** Far below what a machine can do, so that a busy machine changes nothing. */
const REQUESTS_PER_S = 18;

/** The difference of two counts. Calls are by class and method. */
function between(before: Counts, after: Counts) {
  const calls = (name: string) => (after.calls[name] ?? 0) - (before.calls[name] ?? 0);
  const coordinator = Object.keys(after.calls).filter((name) => name.startsWith('Monitors.'));
  return {
    kv_reads: after.kv_reads - before.kv_reads,
    kv_writes: after.kv_writes - before.kv_writes,
    cache_operations: after.cache_operations - before.cache_operations,
    data_points: after.traffic_points + after.health_points - before.traffic_points - before.health_points,
    heads: calls('Monitors.heads'),
    coordinator_requests: coordinator.reduce((sum, name) => sum + calls(name), 0),
  };
}

describe('the cost model', () => {
  it(`agrees with what a real deployment does in ${SECONDS} s`, async ({ onTestFinished }) => {
    const origins: Origin[] = await Promise.all(
      Array.from({ length: ORIGINS }, (_, index) => startOrigin({ name: `origin-${index}` })),
    );
    const config = configFor(origins, { monitor: {} });
    // Shorter than a configuration may ask for, so that a few seconds hold enough probes.
    for (const monitor of Object.values(config.monitors)) monitor.interval_ms = 1_000;
    const running: SmallDeployment = await startSmallDeployment(config, ISOLATES, CENTRES);
    onTestFinished(async () => {
      await running.stop();
      for (const origin of origins) await origin.stop();
    });
    // The first checks and looks come early. Then every look finds what it would find in the long run.
    expect(await running.load(REQUESTS_PER_S, 2)).toBe(0);
    const before = running.counts();
    const began_at = performance.now();
    expect(await running.load(REQUESTS_PER_S, SECONDS)).toBe(0);
    // Data points are written when a response has ended.
    await sleep(100);
    const after = running.counts();
    // On a busy machine everything takes longer, and the load falls behind.
    const seconds = (performance.now() - began_at) / 1_000;
    const counted = between(before, after);

    const deployment: Deployment = {
      ...DEFAULTS,
      isolates: ISOLATES,
      centres: CENTRES,
      requests_per_s: (after.traffic_points - before.traffic_points) / seconds,
      publications_per_day: 0,
      outages_per_day: 0,
      read_ms: 5,
      probe_ms: 5,
      probing: probingOf(config),
    };
    const model = operationsOf(deployment);
    const expected = {
      kv_reads: model.kv_reads,
      kv_writes: model.kv_writes,
      cache_operations: model.cache_operations,
      data_points: model.data_points,
      heads: lookOperations(deployment).coordinator_requests,
      coordinator_requests: model.coordinator_requests,
    };
    // A window cuts a process that repeats at both ends, so it holds one more or less than its length says.
    const processes = {
      kv_reads: 1,
      kv_writes: 1,
      cache_operations: ISOLATES * 2 + CENTRES * 3,
      data_points: ORIGINS,
      heads: CENTRES,
      coordinator_requests: CENTRES + ORIGINS,
    };
    for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
      const mean = expected[name] * seconds;
      // These processes nearly repeat.
      const chance = 0.1 * mean;
      expect(
        Math.abs(counted[name] - mean),
        `${name}: ${counted[name]}, not ${mean.toFixed(1)}`,
      ).toBeLessThanOrEqual(processes[name] + chance);
    }
  });
});
