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
  const health = new KeptHealth(() => clock.ms + off_ms);
  /** Looks at the store. @param age_ms see `take` */
  const look = (age_ms?: number) => {
    const began_at = health.begin();
    if (!(store.document instanceof Error)) health.take(store.document, began_at, age_ms);
  };
  const publish = () => {
    store.document = {
      version: ++version,
      published_at: clock.ms,
      heartbeat_ms: HEARTBEAT_MS,
      origins: {},
    };
  };
  /** Looks every 5 s for a while. @returns for how long of it nothing was known */
  const looks = async (ms: number, each: (ms: number) => void = () => {}) => {
    let unknown_ms = 0;
    for (let passed = 0; passed < ms; passed += 5_000) {
      clock.ms += 5_000;
      each(passed);
      look();
      if (health.current === undefined) unknown_ms += 5_000;
    }
    return unknown_ms;
  };
  return { clock, store, health, look, publish, looks };
}

describe('health in memory', () => {
  it('is known as long as nothing was read', async () => {
    const { clock, health, look, publish } = setUp();
    publish();
    look();
    clock.ms += HOUR_MS;
    expect(health.current?.version).toBe(1);
  });

  it('is unknown if a read shows that the source has missed three heartbeats', async () => {
    const { clock, health, look, publish } = setUp();
    publish();
    clock.ms += SILENT_MS;
    look();
    expect(health.current?.version).toBe(1);
    clock.ms += 1;
    look();
    expect(health.current).toBeUndefined();
    publish();
    look();
    expect(health.current?.version).toBe(2);
  });

  it('is unknown if the very first read finds an old document', async () => {
    const { clock, health, look, publish } = setUp();
    publish();
    clock.ms += SILENT_MS + 1;
    look();
    expect(health.current).toBeUndefined();
  });

  it('is known until reads have failed for three heartbeats', async () => {
    const { clock, look, publish, store, looks } = setUp();
    publish();
    look();
    clock.ms += HOUR_MS;
    store.document = new Error('KV is down');
    expect(await looks(SILENT_MS + 5_000)).toBe(0);
    expect(await looks(5_000)).toBe(5_000);
    publish();
    expect(await looks(5_000)).toBe(0);
  });

  it('is unknown for three heartbeats after its key was deleted', async () => {
    const { look, publish, store, looks } = setUp();
    publish();
    look();
    store.document = undefined;
    expect(await looks(SILENT_MS)).toBe(0);
    expect(await looks(5_000)).toBe(5_000);
  });

  it.each([-HOUR_MS, -60_000, 0, 60_000, HOUR_MS])(
    'is known while the source lives, and unknown soon after it has died, by a clock that is off by %d ms',
    async (off_ms) => {
      const { health, look, publish, looks } = setUp(off_ms);
      publish();
      look();
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
      const { clock, publish, look, looks } = setUp();
      publish();
      look();
      // The publisher's clock is set as well.
      clock.ms += jump_ms;
      publish();
      expect(await looks(2 * HEARTBEAT_MS)).toBe(0);
    },
  );

  it('keeps the newer document if a replica that is behind answers', async () => {
    const { health, look, publish, store } = setUp();
    publish();
    const old = store.document;
    publish();
    look();
    store.document = old;
    look();
    expect(health.current?.version).toBe(2);
  });

  it.each([-HOUR_MS, HOUR_MS])(
    'is as old as the coordinator says, by a clock that is off by %d ms',
    (off_ms) => {
      const { health, look, publish } = setUp(off_ms);
      publish();
      look(800);
      expect(health.current?.version).toBe(1);
      publish();
      look(SILENT_MS + 1);
      expect(health.current).toBeUndefined();
    },
  );

  it('stays the same object while its version stays, however often it is confirmed', () => {
    const { clock, store, health, look, publish } = setUp();
    publish();
    look();
    const { current } = health;
    clock.ms += SILENT_MS;
    if (current !== undefined) store.document = { ...current, published_at: clock.ms };
    look();
    clock.ms += SILENT_MS;
    look();
    expect(health.current).toBe(current);
  });
});
