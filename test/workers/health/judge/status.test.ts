import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../../../shared/contracts/health.ts';
import type { Config } from '../../../../shared/model/config.ts';
import type { Observation } from '../../../../workers/health/judge/observation.ts';
import { judgeAll, type Status, statusAfter } from '../../../../workers/health/judge/status.ts';
import { type ProbeRegion, watched } from '../../../../workers/health/probe/order.ts';
import { config, origin } from '../fixture.ts';

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
});
