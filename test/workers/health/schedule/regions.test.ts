import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Assignment, Env } from '../../../../workers/health/env.ts';
import type { Observations } from '../../../../workers/health/judge/observation.ts';
import { REPORT_MS } from '../../../../workers/health/paces.ts';
import { watched } from '../../../../workers/health/probe/order.ts';
import { type Link, Regions, SILENT_AFTER_MS } from '../../../../workers/health/schedule/regions.ts';
import { StoredMap } from '../../../../workers/health/stored_map.ts';
import { fakeKv } from '../fake_kv.ts';
import { config, origin } from '../fixture.ts';

const UP: Observations = { 'p/a': { state: 'up', since: 1, rtt_ms: 5 } };
const DOWN: Observations = { 'p/a': { state: 'down', since: 1 } };
const two = watched(config([origin('a')], { pool: { check_regions: ['WEU', 'SEAS'] } }));

let told: Assignment[];
let answer: () => Promise<Observations>;
let now: number;
let regions: Regions;
/** Restarts with the same storage. */
let start: (back_at: number) => Regions;

beforeEach(() => {
  told = [];
  answer = async () => UP;
  now = 1_000_000;
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const REGIONS = {
    getByName: (name: string, { locationHint }: { locationHint: string }) => {
      expect(name).toBe(`coordinator ${locationHint}`);
      return {
        follow: async (_: string, assignment: Assignment) => {
          told.push(assignment);
          return answer();
        },
      };
    },
  };
  const kv = fakeKv();
  start = (back_at) => {
    const links = new StoredMap<Assignment['region'], Link>(kv, 'region:');
    return new Regions(links, { REGIONS } as unknown as Env, 'coordinator', back_at);
  };
  regions = start(0);
  return () => vi.restoreAllMocks();
});

/** Advances the clock, and tells one region if one is due. */
async function at(later: number): Promise<string[]> {
  now += later;
  told = [];
  await regions.tell(() => now);
  return told.map(({ region }) => region);
}

describe('Regions', () => {
  it('sends each region its assignment, one at a time, and again every minute', async () => {
    regions.follow(two, () => undefined, now);
    expect([await at(0), await at(0), await at(0)]).toEqual([['weur'], ['apac'], []]);
    expect(await at(59_999)).toEqual([]);
    expect([await at(1), await at(0), await at(0)]).toEqual([['weur'], ['apac'], []]);
    expect(told).toEqual([]);
  });

  it('sends a changed assignment immediately', async () => {
    regions.follow(two, () => undefined, now);
    await at(0);
    await at(0);
    const more = watched(config([origin('a'), origin('b')], { pool: { check_regions: ['WEU'] } }));
    regions.follow(more, () => undefined, now);
    await at(0);
    const first = told;
    await at(0);
    const keys = [...first, ...told].map((each) => [each.region, each.watched.map(({ key }) => key)]);
    expect(Object.fromEntries(keys)).toEqual({ apac: [], weur: ['p/a', 'p/b'] });
    // A region that has confirmed an empty assignment is not told again.
    expect([await at(60_000), await at(60_000)]).toEqual([['weur'], ['weur']]);
  });

  it('retries an unreachable region after five seconds', async () => {
    regions.follow(watched(config([origin('a')], { pool: { check_regions: ['OC'] } })), () => undefined, now);
    answer = () => Promise.reject(new Error('Network connection lost.'));
    expect(await at(0)).toEqual(['oc']);
    answer = async () => UP;
    expect([await at(4_999), await at(1)]).toEqual([[], ['oc']]);
    expect(regions.observationOf('oc', 'p/a', now)?.state).toBe('up');
  });

  it('assumes that a region sees the known state until it has reported', async () => {
    regions.follow(two, () => ({ state: 'down', since: 7 }), now);
    expect(regions.observationOf('apac', 'p/a', now)).toEqual({ state: 'down', since: 7 });
    await at(0);
    expect(regions.observationOf('weur', 'p/a', now)?.state).toBe('up');
    expect(regions.observationOf('apac', 'p/a', now)?.state).toBe('down');
  });

  it('ignores a region that has missed three reports', () => {
    regions.follow(two, () => undefined, now);
    regions.heard('weur', DOWN, now);
    expect(SILENT_AFTER_MS).toBe(3 * REPORT_MS);
    expect(regions.observationOf('weur', 'p/a', now + SILENT_AFTER_MS)?.state).toBe('down');
    expect(regions.observationOf('weur', 'p/a', now + SILENT_AFTER_MS + 1)).toBeUndefined();
  });

  it('restarts the silence of a region, and tells every region immediately, when the clock is set back by an hour', async () => {
    regions.follow(two, () => undefined, now);
    await at(0);
    await at(0);
    regions.heard('weur', DOWN, now);
    now -= 3_600_000;
    expect(regions.observationOf('weur', 'p/a', now)?.state).toBe('down');
    expect(regions.observationOf('weur', 'p/a', now + SILENT_AFTER_MS + 1)).toBeUndefined();
    expect([await at(0), await at(0), await at(0)]).toEqual([['weur'], ['apac'], []]);
  });

  it('does not mistake its own absence for silence of the regions', () => {
    regions.follow(two, () => undefined, now);
    regions.heard('weur', DOWN, now);
    const back_at = now + 3_600_000;
    const again = start(back_at);
    expect(again.observationOf('weur', 'p/a', back_at)?.state).toBe('down');
    expect(again.observationOf('weur', 'p/a', back_at + SILENT_AFTER_MS + 1)).toBeUndefined();
  });

  it('tells nobody if no pool names regions', async () => {
    regions.follow(watched(config([origin('a')])), () => undefined, now);
    expect(regions.nextAt(now)).toBe(Number.POSITIVE_INFINITY);
    expect(await at(0)).toEqual([]);
  });
});
