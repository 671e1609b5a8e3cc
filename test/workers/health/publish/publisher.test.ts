import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HEALTH_KEY, type HealthDocument, type OriginState } from '../../../../shared/contracts/health.ts';
import type { Balancer } from '../../../../shared/model/config.ts';
import type { Judged } from '../../../../workers/health/judge/status.ts';
import { HEARTBEAT_MS, UNPUBLISHED } from '../../../../workers/health/publish/publication.ts';
import { Publisher, type PublisherStore } from '../../../../workers/health/publish/publisher.ts';
import { balancer } from '../../../support/normalised.ts';
import { config, origin, sequence } from '../fixture.ts';

const START = 1_795_000_000_000;

/** A publisher that carries the round-trip times of pool `p`, with KV and the clock of a test. */
function setUp({ steering_policy = 'dynamic_latency' }: Partial<Balancer> = {}) {
  const clock = { ms: START };
  const values = new Map<string, string>();
  const written: HealthDocument[] = [];
  /** `late`: the value is stored, but the answer is an error. */
  let mode: 'ok' | 'fail' | 'late' = 'ok';
  /** The next write waits for it. */
  let next_put: Promise<void> | undefined;
  const kv = {
    get: async (key: string) => JSON.parse(values.get(key) ?? 'null'),
    put: async (key: string, value: string) => {
      const held = next_put;
      next_put = undefined;
      await held;
      if (mode === 'fail') throw new Error('no KV');
      values.set(key, value);
      written.push(JSON.parse(value));
      if (mode === 'late') throw new Error('no answer');
    },
  } as unknown as KVNamespace;
  const content = { ...config([origin('a'), origin('b')]), balancers: [balancer({ steering_policy })] };
  let store: PublisherStore = { publication: UNPUBLISHED };
  let publisher = new Publisher(kv, store, () => clock.ms);
  const restart = () => {
    publisher = new Publisher(kv, store, () => clock.ms);
  };
  return {
    clock,
    values,
    written,
    restart,
    set mode(value: typeof mode) {
      mode = value;
    },
    loseStorage: () => {
      store = { publication: UNPUBLISHED };
      restart();
    },
    take: (a: OriginState, rtt_ms = 5, since = START - 3_600_000) =>
      publisher.take([judged('p/a', a, since, rtt_ms), judged('p/b', 'up', START - 3_600_000, 9)], content),
    /** As a round does: publishes if that is due. */
    publish: async () => {
      if (publisher.nextAt(clock.ms) <= clock.ms) await publisher.publish();
    },
    document: () => publisher.documentAt(clock.ms),
    /** Holds up the next write. @returns lets it through */
    holdPut: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      next_put = promise;
      return resolve;
    },
  };
}

function judged(id: Judged['id'], state: OriginState, since: number, rtt_ms: number): Judged {
  const status = { seen: state, state, since };
  return { id, pool: 'p', status, opinions: new Map([['default', { state, rtt_ms }]]), advisory: [] };
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('the version of health', () => {
  it('stays while the content stays, and grows when a state changes, before KV is written', async () => {
    const { clock, take, publish, document, written } = setUp();
    take('up');
    await publish();
    clock.ms += 100;
    take('up');
    expect(document()).toMatchObject({ version: 1, published_at: START + 100 });
    take('down');
    expect(document()).toMatchObject({ version: 2, origins: { 'p/a': { state: 'down' } } });
    expect(written.map(({ version }) => version)).toEqual([1]);
  });

  it('grows at most every 30 s because of round-trip times, which cause no write to KV', async () => {
    const { clock, take, publish, document, written } = setUp();
    let versions = 0;
    for (let second = 0; second < 120; second++) {
      const before = document()?.version;
      take('up', 5 + second);
      await publish();
      if (document()?.version !== before) versions++;
      clock.ms += 1_000;
    }
    expect(versions).toBe(4);
    expect(written).toHaveLength(1);
  });

  it('stays when round-trip times change that no policy reads', async () => {
    const { clock, take, publish, document } = setUp({ steering_policy: 'off' });
    take('up');
    await publish();
    clock.ms += 60_000;
    take('up', 50);
    expect(document()).toMatchObject({ version: 1, origins: {} });
  });

  it('grows when an origin that came up is no news any more', async () => {
    const { clock, take, publish, document } = setUp({ steering_policy: 'off' });
    take('up', 5, START);
    await publish();
    expect(document()).toMatchObject({ version: 1, origins: { 'p/a': { since: START } } });
    clock.ms += 10 * 60_000;
    take('up', 5, START);
    expect(document()).toMatchObject({ version: 2, others: 'up', origins: {} });
  });

  it('goes on far above the one in KV when the storage is lost', async () => {
    const { clock, take, publish, document, loseStorage } = setUp();
    take('up');
    await publish();
    // Readers have these from the coordinator, and KV does not know them.
    for (let i = 0; i < 1_000; i++) take(i % 2 === 0 ? 'down' : 'unknown');
    const before = document()?.version ?? 0;
    clock.ms += 500;
    loseStorage();
    take('down');
    expect(document()).toBeUndefined();
    await publish();
    expect(document()?.version).toBeGreaterThan(before);
  });

  it.each([1, 2, 3, 4, 5])('never stands for two contents, whatever fails (seed %d)', async (seed) => {
    const random = sequence(seed * 7_919);
    const draw = <T>(...of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
    const set = setUp({ steering_policy: draw('dynamic_latency', 'off') });
    const contents = new Map<number, string>();
    const check = (document: HealthDocument | undefined) => {
      if (document === undefined) return;
      const content = JSON.stringify(document.origins);
      expect(contents.get(document.version) ?? content).toBe(content);
      contents.set(document.version, content);
    };
    let may_lose = false;
    for (let step = 0; step < 2_000; step++) {
      set.mode = draw('ok', 'ok', 'fail', 'late');
      set.take(draw('up', 'down', 'unknown'), Math.floor(random() * 3));
      check(set.document());
      await set.publish();
      check(set.document());
      may_lose ||= set.written.length > 0;
      set.written.splice(0).forEach(check);
      if (random() < 0.05) set.restart();
      // If the storage is lost twice before KV takes a document, nobody knows the versions in between.
      if (may_lose && random() < 0.01) {
        set.loseStorage();
        may_lose = false;
      }
      set.clock.ms += draw(0, 10, 500, 1_000, 31_000);
    }
    expect(contents.size).toBeGreaterThan(100);
  });
});

describe('KV', () => {
  it('is written when a state changes, once in a second at most, and as a heartbeat', async () => {
    const { clock, take, publish, values } = setUp({ steering_policy: 'off' });
    const writes: number[] = [];
    let last: string | undefined;
    for (; clock.ms < START + HEARTBEAT_MS + 10_000; clock.ms += 100) {
      // From the fifth second to the eighth, the origin changes its state ten times a second.
      const ms = clock.ms - START;
      take(
        ms >= 5_000 && ms < 8_000 && ms % 200 === 0 ? 'down' : 'up',
        5,
        ms >= 5_000 ? START + ms : START - 1,
      );
      await publish();
      if (values.get(HEALTH_KEY) !== last) writes.push(ms);
      last = values.get(HEALTH_KEY);
      if (ms >= 8_000) break;
    }
    expect(writes).toEqual([0, 5_000, 6_000, 7_000, 8_000]);
    const at = clock.ms;
    for (; clock.ms < at + HEARTBEAT_MS + 10_000; clock.ms += 1_000) {
      take('up', 5, START + 8_000);
      await publish();
      if (values.get(HEALTH_KEY) !== last) writes.push(clock.ms - START);
      last = values.get(HEALTH_KEY);
    }
    expect(writes.slice(5)).toEqual([8_000 + HEARTBEAT_MS]);
  });

  it('gets the newest document again if an older one arrives late', async () => {
    vi.useFakeTimers();
    try {
      const { take, publish, values, clock, holdPut } = setUp();
      take('up');
      await publish();
      clock.ms += 1_000;
      const letThrough = holdPut();
      take('down');
      const lost = publish();
      await vi.advanceTimersByTimeAsync(2_000);
      await lost;
      clock.ms += 2_000;
      take('degraded');
      await publish();
      letThrough();
      await vi.advanceTimersByTimeAsync(0);
      expect(values.get(HEALTH_KEY)).toContain('down');
      clock.ms += 1_000;
      await publish();
      expect(values.get(HEALTH_KEY)).toContain('degraded');
      const writes = values.get(HEALTH_KEY);
      clock.ms += 10_000;
      await publish();
      expect(values.get(HEALTH_KEY)).toBe(writes);
    } finally {
      vi.useRealTimers();
    }
  });
});
