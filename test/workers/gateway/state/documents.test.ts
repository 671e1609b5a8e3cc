import { afterEach, describe, expect, it, vi } from 'vitest';
import { HEALTH_KEY, type OriginState } from '../../../../shared/contracts/health.ts';
import { CONFIG_KEY } from '../../../../shared/model/config.ts';
import { serve } from '../../../../workers/gateway/serve.ts';
import { Isolate } from '../../../../workers/gateway/state/isolate.ts';
import { session } from '../../../support/normalised.ts';
import { balancer, config, documentOf, inOrder, last, plain, pool, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';
const HEARTBEAT_MS = 30_000;
const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

/**
 * Gateways over one KV namespace, in which origin `p/a` is down. A header keeps each client on an origin, so that the gateway alone
 * decides, by health.
 */
function fleet(options: { reads?: 'ok' | 'hang' | 'fail'; clock_off_ms?: number } = {}) {
  const clock = { ms: 100 * HOUR_MS };
  const kv = { reads: options.reads ?? 'ok', version: 1, published_at: clock.ms - 10_000, disabled: '' };
  const documents = (): Record<string, unknown> => ({
    [CONFIG_KEY]: documentOf(
      config(
        [balancer({ session: session({ by: 'header', headers: ['x-user'] }) })],
        [
          pool(
            'p',
            ['a', 'b'].filter((name) => name !== kv.disabled),
            { monitor: 'm' },
          ),
        ],
      ),
      kv.disabled === '' ? 1 : 2,
    ),
    [HEALTH_KEY]: {
      version: kv.version,
      published_at: kv.published_at,
      heartbeat_ms: HEARTBEAT_MS,
      origins: Object.fromEntries(
        (['down', 'up'] satisfies OriginState[]).map((state, i) => [
          `p/${'ab'[i]}`,
          { state, since: 0, rtt_ms: {} },
        ]),
      ),
    },
  });
  const waits: Promise<unknown>[] = [];
  const KV = {
    get: async (key: string) => {
      if (kv.reads === 'hang') return new Promise<never>(() => {});
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (kv.reads === 'fail') throw new Error('KV is down');
      return structuredClone(documents()[key] ?? null);
    },
  };
  const set = setUp({
    select: inOrder(['p/a', 'p/b']),
    bindings: { KV },
    carry: (_, { origin }) => plain(origin),
  });
  const isolate = new Isolate(set.env, () => clock.ms + (options.clock_off_ms ?? 0));
  const ctx = { waitUntil: (work: Promise<unknown>) => void waits.push(work) } as unknown as ExecutionContext;
  return {
    clock,
    kv,
    isolate,
    points: set.points,
    /** Publishes health as the health Worker does, every 30 s until now. */
    live: () => {
      kv.version++;
      kv.published_at = clock.ms - 10_000;
    },
    /** The origins that serve 20 simultaneous clients. */
    ask: async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          serve(new Request(URL, { headers: { 'x-user': `u${i}` } }), isolate, ctx),
        ),
      );
      const names = await Promise.all(answers.map((answer) => answer.text()));
      return [...new Set(names)].sort();
    },
    settled: async () => {
      while (waits.length > 0) await waits.shift();
    },
  };
}

describe('the first requests of an isolate', () => {
  it('go by health when it is cold', async () => {
    const { ask } = fleet();
    expect(await ask()).toEqual(['p/b']);
  });

  it.each([0, 20_000, 115_000, HOUR_MS])('go by health after a pause of %d ms', async (pause_ms) => {
    const { ask, clock, live, settled } = fleet();
    await ask();
    await settled();
    clock.ms += pause_ms;
    live();
    expect(await ask()).toEqual(['p/b']);
  });

  it('go by the configuration that was published during a pause', async () => {
    const { ask, clock, kv, live, settled, points } = fleet();
    await ask();
    await settled();
    clock.ms += 115_000;
    live();
    kv.disabled = 'b';
    expect(await ask()).toEqual(['p/a']);
    expect(last(points, 'config_version')).toBe(2);
  });

  it('trust the copies in memory when KV fails after a pause', async () => {
    const { ask, clock, kv, settled } = fleet();
    await ask();
    await settled();
    clock.ms += 115_000;
    kv.reads = 'fail';
    expect(await ask()).toEqual(['p/b']);
  });

  it('wait a second for a KV that hangs after a pause, and later requests do not wait', async () => {
    const { ask, clock, kv, settled } = fleet();
    await ask();
    await settled();
    clock.ms += 115_000;
    kv.reads = 'hang';
    vi.useFakeTimers();
    let answered = false;
    const first = ask().finally(() => {
      answered = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(answered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toEqual(['p/b']);
    clock.ms += 1_000;
    // No time passes.
    expect(await ask()).toEqual(['p/b']);
  });

  it('ignore health if a look after a pause shows that the health Worker is gone', async () => {
    const { ask, clock, settled } = fleet();
    await ask();
    await settled();
    clock.ms += 115_000;
    expect(await ask()).toEqual(['p/a', 'p/b']);
  });

  it.each([-HOUR_MS, -60_000, 60_000])(
    'go by health when the clock is off by %d ms',
    async (clock_off_ms) => {
      const { ask } = fleet({ clock_off_ms });
      expect(await ask()).toEqual(['p/b']);
    },
  );

  it('go by health from the second publication on when the clock is an hour ahead', async () => {
    const { ask, clock, live, settled } = fleet({ clock_off_ms: HOUR_MS });
    await ask();
    for (let i = 0; i < 12; i++) {
      clock.ms += 5_000;
      if (i % 6 === 5) live();
      await ask();
      await settled();
    }
    expect(await ask()).toEqual(['p/b']);
  });

  it('go by health when the clock is set back by an hour', async () => {
    const { ask, clock, settled } = fleet();
    await ask();
    await settled();
    clock.ms -= HOUR_MS;
    expect(await ask()).toEqual(['p/b']);
  });
});
