import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../../../shared/contracts/health.ts';
import type { Config } from '../../../../shared/model/config.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import { HALF_LIFE_MS } from '../../../../workers/health/judge/flapping.ts';
import type { Observation } from '../../../../workers/health/judge/observation.ts';
import {
  type JudgedBy,
  judgeAll,
  type Status,
  statusAfter,
} from '../../../../workers/health/judge/status.ts';
import { type ProbeRegion, watched } from '../../../../workers/health/probe/order.ts';
import { config, origin, sequence } from '../fixture.ts';

const up: Status = { seen: 'up', state: 'up', since: 5 };
const says = (state: OriginState) => ({ state, since: 3, reason: 'tcp_timeout' as const });

describe('statusAfter', () => {
  it('takes `since` from the first opinion, so that an upgrade loses nothing', () => {
    expect(statusAfter(undefined, { state: 'up', since: 3 }, 100)).toEqual({
      seen: 'up',
      state: 'up',
      since: 3,
    });
  });

  it('returns the same object while nothing changes', () => {
    expect(statusAfter(up, { state: 'up', since: 77 }, 100)).toBe(up);
  });

  it('gives the time and the reason of a change', () => {
    expect(statusAfter(up, says('unknown'), 100)).toEqual({
      seen: 'unknown',
      state: 'unknown',
      since: 100,
      reason: 'tcp_timeout',
    });
  });

  it('holds an origin at degraded after its third fall, until it is released', () => {
    let status: Status = up;
    const states: OriginState[] = [];
    for (let at = 1_000; at <= 6_000; at += 1_000) {
      status = statusAfter(status, says(at % 2_000 === 0 ? 'up' : 'down'), at);
      states.push(status.state);
    }
    expect(states).toEqual(['down', 'up', 'down', 'up', 'down', 'degraded']);
    expect(status).toMatchObject({ seen: 'up', reason: 'tcp_timeout', since: 6_000, flaps: { held: true } });
    const hour = 3_600_000;
    expect(statusAfter(status, says('up'), hour)).toEqual({
      seen: 'up',
      state: 'up',
      since: hour,
      flaps: expect.objectContaining({ held: false }),
    });
  });
});

const byOrigin = (content: Config) => Map.groupBy(watched(content), ({ id }) => id);

describe('judgeAll', () => {
  const both = config([origin('a')], { pool: { check_regions: ['WEU', 'EEU', 'SAS', 'NEAS'] } });

  it('takes the majority of the regions', () => {
    const seen: Record<string, OriginState> = { weur: 'up', eeur: 'up', apac: 'down' };
    const observationOf = (region: ProbeRegion): Observation => ({
      state: seen[region] ?? 'unknown',
      since: 1,
      rtt_ms: 9,
    });
    const [judged] = judgeAll(byOrigin(both), observationOf, new Map(), 100);
    expect(judged?.status.state).toBe('up');
    expect([...(judged?.opinions ?? [])].map(([region, { state }]) => [region, state])).toEqual([
      ['weur', 'up'],
      ['eeur', 'up'],
      ['apac', 'down'],
    ]);
  });

  it('does not treat silence as failure', () => {
    const observationOf = (region: ProbeRegion): Observation | undefined =>
      region === 'weur' ? { state: 'down', since: 1 } : undefined;
    const before = new Map([['p/a' as const, up]]);
    expect(judgeAll(byOrigin(both), observationOf, before, 100)[0]?.status.state).toBe('unknown');
  });

  it('lets the monitors of a group vote within each region first', () => {
    const { pools, ...rest } = both;
    const grouped = {
      ...rest,
      pools: { p: { ...pools.p, monitor: 'g', monitor_group: 'g' } },
      monitors: { m: both.monitors.m, n: both.monitors.m },
      monitor_groups: { g: [{ monitor: 'm' }, { monitor: 'n' }] },
    };
    const down = new Set(['weur p/a m', 'weur p/a n', 'eeur p/a m', 'apac p/a n']);
    const [judged] = judgeAll(
      byOrigin(grouped),
      (region, key) => ({ state: down.has(`${region} ${key}`) ? 'down' : 'up', since: 1 }),
      new Map(),
      100,
    );
    expect([...(judged?.opinions.values() ?? [])].map(({ state }) => state)).toEqual(['down', 'up', 'up']);
    expect(judged?.status.state).toBe('up');
  });

  it.each([1, 2, 3])(
    'finds the same if it judges only origins about which something is new (seed %d)',
    (seed) => {
      const random = sequence(seed * 7_919);
      const draw = <T>(...of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
      const { pools, ...rest } = both;
      const origins = Array.from({ length: 6 }, (_, i) => origin(`o${i}`));
      const watches = byOrigin({ ...rest, pools: { p: { ...pools.p, origins } } });
      const seen = new Map<string, Observation>();
      const at = (region: ProbeRegion, key: string) => seen.get(`${region} ${key}`);
      let [every, only] = [new Map<OriginId, Status>(), new Map<OriginId, Status>()];
      let last: JudgedBy[] = [];
      let [kept, fell] = [0, 0];
      for (let now = 0; now < 40 * HALF_LIFE_MS; now += draw(1_000, 60_000, HALF_LIFE_MS / 3)) {
        for (let changes = draw(0, 1, 5); changes > 0; changes--) {
          const key = `${draw('weur', 'eeur', 'apac')} p/o${draw(0, 1, 2, 3, 4, 5)}`;
          const state = draw('up' as const, 'up' as const, 'down' as const, undefined);
          if (state === undefined) seen.delete(key);
          else seen.set(key, { state, since: now, rtt_ms: random() });
        }
        const all = judgeAll(watches, at, every, now);
        const judged = judgeAll(watches, at, only, now, last);
        expect(judged).toEqual(all);
        kept += judged.filter((each) => last.includes(each)).length;
        fell += judged.filter(({ status }) => status.flaps !== undefined).length;
        last = judged;
        every = new Map(all.map(({ id, status }) => [id, status]));
        only = new Map(judged.map(({ id, status }) => [id, status]));
      }
      expect(kept).toBeGreaterThan(50);
      expect(fell).toBeGreaterThan(50);
    },
  );
});
