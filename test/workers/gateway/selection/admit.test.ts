import { describe, expect, it } from 'vitest';
import { HEALTH } from '../../../../shared/analytics/datasets.ts';
import type { Exchange } from '../../../../workers/gateway/exchange/exchange.ts';
import { beginTrace } from '../../../../workers/gateway/exchange/trace.ts';
import { admit } from '../../../../workers/gateway/selection/admit.ts';
import { pinnedDecision } from '../../../../workers/gateway/session/pinned_decision.ts';
import { stored } from '../../../support/stored.ts';
import { poolOf } from '../ejection/outliers_support.ts';
import { balancer, failed, inOrder, last, plain, setUp } from '../support.ts';

const URL = 'https://app.example.com/x';

/** A gateway that ejects. The origins in `down` fail every request. Origins are tried in the order of their names. */
function eject(names: string, options: { attempts?: number; random?: () => number; keyed?: true } = {}) {
  const down = new Set<string>();
  const rows: Array<{ indexes: string[]; blobs: string[]; doubles: number[] }> = [];
  const app = balancer();
  app.retry.attempts = options.attempts ?? 3;
  const set = setUp({
    balancer: app,
    pools: [poolOf(names)],
    select: (question) => {
      const answer = inOrder([...names].slice(0, app.retry.attempts).map((name) => `p/${name}` as const))(
        question,
      );
      if (!options.keyed) return answer;
      const rankings = answer.rankings.map((ranking) => ({ ...ranking, keyed: true as const }));
      return { ...answer, rankings, vary: ['client_address'] };
    },
    carry: (_, { origin }) => (down.has(origin) ? plain('no', { status: 503 }) : plain(origin)),
    bindings: { HEALTH: { writeDataPoint: (row: (typeof rows)[number]) => void rows.push(row) } },
    random: options.random ?? (() => 0),
  });
  return {
    ...set,
    down,
    rows,
    /** Sends `count` requests. @returns the origins that were tried first */
    firsts: async (count: number) => {
      let firsts = '';
      for (let i = 0; i < count; i++) {
        const before = set.tickets.length;
        await set.request(URL);
        firsts += set.tickets[before]?.origin.slice(2);
      }
      return firsts;
    },
  };
}

function column(row: { blobs: string[]; doubles: number[] } | undefined, name: keyof typeof HEALTH.columns) {
  return stored(row, HEALTH.columns[name]);
}

describe('admit', () => {
  it('no longer tries an ejected origin first, and no client sees an error', async () => {
    const { firsts, down, points } = eject('abc');
    down.add('p/a');
    expect(await firsts(8)).toBe('aaaaabbb');
    expect(points.map(({ doubles }) => doubles[0])).toEqual(Array(8).fill(200));
    expect(last(points, 'events')).toBe('ejected');
  });

  it('writes which origin was ejected, why, how often in a row and for how long, and when it ended', async () => {
    const { firsts, down, rows, clock } = eject('abc');
    down.add('p/a');
    await firsts(5);
    clock.ms += 30_000;
    down.clear();
    await firsts(1);
    const written = rows.map((row) => [
      row.indexes[0],
      column(row, 'kind'),
      column(row, 'pool'),
      column(row, 'reason'),
      column(row, 'streak'),
      column(row, 'until_ms'),
    ]);
    const [ejection, readmission] = [
      ['p/a', 'ejection', 'p'],
      ['p/a', 'readmission', 'p'],
    ];
    expect(written).toEqual([
      [...ejection, 'consecutive_failures', 1, 30_000],
      [...readmission, 'consecutive_failures', 1, 30_000],
    ]);
  });

  it('gives the places of ejected origins to others of the pool', async () => {
    const { firsts, down, tickets } = eject('abcd', { attempts: 2 });
    down.add('p/a').add('p/b');
    await firsts(5);
    tickets.length = 0;
    expect(await firsts(3)).toBe('ccc');
    expect(tickets).toHaveLength(3);
  });

  it('still tries an ejected origin if no other is left', async () => {
    const { request, firsts, down } = eject('abc');
    down.add('p/a');
    await firsts(5);
    down.clear();
    down.add('p/b').add('p/c');
    expect(await (await request(URL)).text()).toBe('p/a');
  });

  it('tries an origin on its way back first for its share of requests, and second for the rest', async () => {
    let drawn = 0;
    const { firsts, down, clock, tickets } = eject('abc', { random: () => drawn });
    down.add('p/a');
    await firsts(5);
    down.clear();
    clock.ms += 32_000;
    drawn = 0.19;
    expect(await firsts(1)).toBe('a');
    drawn = 0.21;
    expect(await firsts(1)).toBe('b');
    down.add('p/b');
    tickets.length = 0;
    await firsts(1);
    expect(tickets.map(({ origin }) => origin)).toEqual(['p/b', 'p/a']);
    clock.ms += 8_000;
    drawn = 0.99;
    expect(await firsts(1)).toBe('a');
  });

  it.each([
    ['a status that the client caused', () => plain('no', { status: 404 })],
    ['an error of the application', () => plain('no', { status: 500 })],
    ['a proxy that is missing or throws', () => failed('proxy_failed', true)],
    ['a loop', () => failed('loop', false)],
  ])('does not count %s', async (_, answer) => {
    const { request, isolate, settled } = setUp({ pools: [poolOf('abc')], carry: answer });
    for (let i = 0; i < 30; i++) await request(URL);
    await settled();
    expect(isolate.guards.outliers.quiet).toBe(true);
  });

  it('does not count an attempt whose client leaves', async () => {
    const { request, isolate } = setUp({ pools: [poolOf('abc')], carry: () => new Promise(() => {}) });
    for (let i = 0; i < 30; i++) {
      const client = new AbortController();
      void request(URL, { signal: client.signal });
      await new Promise((resolve) => setTimeout(resolve, 1));
      client.abort();
    }
    expect(isolate.guards.outliers.quiet).toBe(true);
  });

  it('does not count a timeout of a later attempt that had less than `first_byte_ms`', async () => {
    const app = balancer({ timeouts: { first_byte_ms: 1_000, total_ms: 1_500 } });
    const { request, isolate, clock } = setUp({
      balancer: app,
      pools: [poolOf('abc')],
      select: inOrder(['p/a', 'p/b']),
      carry: (_, { origin, first_byte_ms }) => {
        clock.ms += first_byte_ms;
        return failed(origin === 'p/a' ? 'proxy_failed' : 'timeout', true);
      },
    });
    for (let i = 0; i < 30; i++) await request(URL);
    expect(isolate.guards.outliers.quiet).toBe(true);
  });
});

describe('admit, for rankings that follow a key', () => {
  /** The origins tried first after `p/a` was ejected. Each client has the ranking `abc`. */
  const keyed = async () => {
    const up = eject('abc', { keyed: true });
    up.down.add('p/a');
    await up.firsts(5);
    up.down.clear();
    const firsts = async () => {
      let found = '';
      for (let client = 0; client < 40; client++) {
        const before = up.tickets.length;
        await up.request(URL, { headers: { 'cf-connecting-ip': `192.0.2.${client}` } });
        found += up.tickets[before]?.origin.slice(2);
      }
      return found;
    };
    return { ...up, firsts };
  };

  it('gives an origin on its way back a growing share of keys, and each key comes back once', async () => {
    const { firsts, clock } = await keyed();
    expect(await firsts()).toBe('b'.repeat(40));
    clock.ms += 30_000;
    let before = '';
    for (let second = 0; second <= 10; second++) {
      const now = await firsts();
      expect(await firsts()).toBe(now);
      for (const [client, origin] of [...before].entries()) if (origin === 'a') expect(now[client]).toBe('a');
      if (second === 5) {
        const back = [...now].filter((origin) => origin === 'a').length;
        // Binomial, 40 draws at one half: three standard deviations are 9.5.
        expect(Math.abs(back - 20)).toBeLessThan(10);
      }
      before = now;
      clock.ms += 1_000;
    }
    expect(before).toBe('a'.repeat(40));
  });
});

describe('admit, for a request of a session', () => {
  const admitted = async (only: boolean, state: 'ejected' | 'on its way back') => {
    const { isolate, clock, firsts, down } = eject('abc', { random: () => 0.99 });
    down.add('p/a');
    await firsts(5);
    if (state === 'on its way back') clock.ms += 34_000;
    const compiled = isolate.config;
    const origins = [...(compiled?.origins.values() ?? [])].filter(({ name }) => name !== 'c');
    const exchange = { isolate, compiled, trace: beginTrace() } as unknown as Exchange;
    const constraint = { only, kept: origins[0] };
    const selection = admit(exchange, { decision: pinnedDecision(undefined), origins, constraint });
    return selection.origins.map(({ name }) => name).join('');
  };

  it('does not move it from an origin in a slow start', async () => {
    expect(await admitted(false, 'on its way back')).toBe('ab');
  });

  it('moves it from an ejected origin, unless it may go to no other', async () => {
    expect(await admitted(false, 'ejected')).toBe('bca');
    expect(await admitted(true, 'ejected')).toBe('ab');
  });
});
