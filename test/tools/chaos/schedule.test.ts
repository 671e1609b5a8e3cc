import { describe, expect, it } from 'vitest';
import {
  type Fault,
  isOriginFault,
  ORIGIN_FAULTS,
  PLATFORM,
  PLATFORM_FAULTS,
  SOURCE_FAULTS,
} from '../../../tools/chaos/faults.ts';
import { CALM_MS, isBroken, schedule, WARM_UP_MS } from '../../../tools/chaos/schedule.ts';
import { POOLS } from '../../../tools/chaos/stage/configuration.ts';

const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

const isDuring = ({ at_ms, for_ms }: Fault, time_ms: number) => time_ms < at_ms + for_ms;

describe('the schedule of faults', () => {
  it('is the same for the same seed, and different for another', () => {
    expect(schedule(1, 3, POOLS)).toEqual(schedule(1, 3, POOLS));
    expect(schedule(1, 3, POOLS)).not.toEqual(schedule(2, 3, POOLS));
  });

  it('leaves one origin of each pool without a fault at every instant', () => {
    for (const seed of SEEDS) {
      const faults = schedule(seed, 3, POOLS);
      for (const origins of Object.values(POOLS)) {
        // The set of broken origins grows only when a fault begins.
        for (const { at_ms } of faults) {
          const broken = new Set(
            faults.filter((fault) => isBroken(fault, at_ms)).map(({ target }) => target),
          );
          expect(origins.some((id) => !broken.has(id))).toBe(true);
        }
      }
    }
  });

  it('never breaks a target twice at the same time', () => {
    for (const seed of SEEDS) {
      const faults = schedule(seed, 3, POOLS);
      const twice = faults.filter((fault, index) =>
        faults.slice(0, index).some((other) => other.target === fault.target && isDuring(other, fault.at_ms)),
      );
      expect(twice).toEqual([]);
    }
  });

  it('has no fault in the warm-up and at the end', () => {
    for (const seed of SEEDS) {
      for (const { at_ms, for_ms } of schedule(seed, 1, POOLS)) {
        expect(at_ms).toBeGreaterThanOrEqual(WARM_UP_MS);
        expect(at_ms + for_ms).toBeLessThanOrEqual(60_000 - CALM_MS);
      }
    }
  });

  it('has every kind in one minute, including a rolling restart', () => {
    const all = [...Object.keys(ORIGIN_FAULTS), ...Object.keys(PLATFORM_FAULTS)];
    for (const seed of SEEDS)
      for (const publish of [false, true])
        expect(new Set(schedule(seed, 1, POOLS, publish).map(({ kind }) => kind))).toEqual(new Set(all));
  });

  it('breaks KV, cache and coordinator in three minutes, each alone and any two', () => {
    const sources = Object.keys(SOURCE_FAULTS);
    for (const seed of SEEDS) {
      const faults = schedule(seed, 3, POOLS);
      const broken = new Set(
        faults.map(({ at_ms }) =>
          sources
            .filter((source) =>
              faults.some((each) => each.target === source && each.at_ms <= at_ms && isDuring(each, at_ms)),
            )
            .join(),
        ),
      );
      for (const each of ['kv', 'cache', 'object', 'kv,cache', 'kv,object', 'cache,object'])
        expect(broken, `${each} of seed ${seed}`).toContain(each);
    }
  });

  it('does not stop the health Worker while it is replaced', () => {
    for (const seed of SEEDS) {
      const faults = schedule(seed, 3, POOLS);
      const restarts = faults.filter(({ kind }) => kind === 'rolling_restart');
      expect(restarts).not.toEqual([]);
      for (const { target, at_ms, for_ms } of faults)
        if (target === 'object')
          for (const restart of restarts)
            expect(at_ms > restart.at_ms + restart.for_ms || at_ms + for_ms < restart.at_ms).toBe(true);
    }
  });

  it('publishes every second from the first fault to the last, if it is asked to', () => {
    const published = schedule(1, 1, POOLS, true).filter(({ kind }) => kind === 'publish_each_second');
    const for_ms = 60_000 - CALM_MS - WARM_UP_MS;
    expect(published).toEqual([{ at_ms: WARM_UP_MS, for_ms, kind: 'publish_each_second', target: PLATFORM }]);
  });

  it('breaks several origins of one pool at the same time', () => {
    const most = SEEDS.map((seed) => {
      const faults = schedule(seed, 3, POOLS).filter(({ kind }) => isOriginFault(kind));
      const count = ({ at_ms, target }: (typeof faults)[number]) =>
        faults.filter((fault) => fault.target[0] === target[0] && isBroken(fault, at_ms)).length;
      return Math.max(...faults.map(count));
    });
    expect(Math.max(...most)).toBe(3);
    expect(Math.min(...most)).toBeGreaterThanOrEqual(2);
  });
});
