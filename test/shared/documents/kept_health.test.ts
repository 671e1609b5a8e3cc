import { describe, expect, it } from 'vitest';
import type { HealthDocument } from '../../../shared/contracts/health.ts';
import { KeptHealth } from '../../../shared/documents/kept_health.ts';

const HEARTBEAT_MS = 30_000;
const SILENT_MS = 3 * HEARTBEAT_MS;
const HOUR_MS = 3_600_000;

/** A reader whose clock differs from the publisher's by `off_ms`. */
function setUp(off_ms = 0) {
  const clock = { ms: 10 * HOUR_MS };
  const store: { document: HealthDocument | undefined | Error } = { document: undefined };
  let version = 0;
  const health = new KeptHealth(
    async () => {
      if (store.document instanceof Error) throw store.document;
      return store.document;
    },
    () => clock.ms + off_ms,
    5_000,
  );
  const publish = () => {
    store.document = {
      version: ++version,
      published_at: clock.ms,
      heartbeat_ms: HEARTBEAT_MS,
      origins: {},
    };
  };
  /** Reads every 5 s for so long. @returns for how long of it nothing was known */
  const looks = async (ms: number, each: (ms: number) => void = () => {}) => {
    let unknown_ms = 0;
    for (let passed = 0; passed < ms; passed += 5_000) {
      clock.ms += 5_000;
      each(passed);
      await health.load();
      if (health.current === undefined) unknown_ms += 5_000;
    }
    return unknown_ms;
  };
  return { clock, store, health, publish, looks };
}

describe('health in memory', () => {
  it('is known as long as nothing was read', async () => {
    const { clock, health, publish } = setUp();
    publish();
    await health.load();
    clock.ms += HOUR_MS;
    expect(health.current?.version).toBe(1);
  });

  it('is unknown if a read shows that the source has missed three heartbeats', async () => {
    const { clock, health, publish } = setUp();
    publish();
    clock.ms += SILENT_MS;
    await health.load();
    expect(health.current?.version).toBe(1);
    clock.ms += 1;
    await health.load();
    expect(health.current).toBeUndefined();
    publish();
    await health.load();
    expect(health.current?.version).toBe(2);
  });

  it('is unknown if the very first read finds an old document', async () => {
    const { clock, health, publish } = setUp();
    publish();
    clock.ms += SILENT_MS + 1;
    await health.load();
    expect(health.current).toBeUndefined();
  });

  it('is known until reads have failed for three heartbeats', async () => {
    const { clock, health, publish, store, looks } = setUp();
    publish();
    await health.load();
    clock.ms += HOUR_MS;
    store.document = new Error('KV is down');
    expect(await looks(SILENT_MS + 5_000)).toBe(0);
    expect(await looks(5_000)).toBe(5_000);
    publish();
    expect(await looks(5_000)).toBe(0);
  });

  it('is unknown for three heartbeats after its key was deleted', async () => {
    const { health, publish, store, looks } = setUp();
    publish();
    await health.load();
    store.document = undefined;
    expect(await looks(SILENT_MS)).toBe(0);
    expect(await looks(5_000)).toBe(5_000);
  });

  it.each([-HOUR_MS, -60_000, 0, 60_000, HOUR_MS])(
    'is known while the source lives, and unknown soon after it has died, by a clock that is off by %d ms',
    async (off_ms) => {
      const { health, publish, looks } = setUp(off_ms);
      publish();
      await health.load();
      await looks(HEARTBEAT_MS, () => {});
      publish();
      const beat = (passed: number) => void (passed % HEARTBEAT_MS === 0 && publish());
      expect(await looks(20 * HEARTBEAT_MS, beat)).toBe(0);
      await looks(2 * SILENT_MS);
      expect(health.current).toBeUndefined();
    },
  );

  it.each([-HOUR_MS, HOUR_MS])(
    'recovers within a heartbeat when the clock is set by %d ms',
    async (jump_ms) => {
      const { clock, publish, looks, health } = setUp();
      publish();
      await health.load();
      // The publisher's clock is set as well.
      clock.ms += jump_ms;
      publish();
      expect(await looks(2 * HEARTBEAT_MS)).toBe(0);
    },
  );

  it('keeps the newer document if a replica that is behind answers', async () => {
    const { health, publish, store } = setUp();
    publish();
    const old = store.document;
    publish();
    await health.load();
    store.document = old;
    await health.load();
    expect(health.current?.version).toBe(2);
  });
});
