import { describe, expect, it } from 'vitest';
import { DAY_S, DEFAULTS } from '../../../tools/cost/deployment.ts';
import { alarmRate, healthOperations } from '../../../tools/cost/health.ts';
import { randomOf } from '../../../tools/project/random.ts';
import { HEARTBEAT_MS } from '../../../workers/health/publish/publication.ts';

/** Counts alarms of an object that sets the next one to the next event, with events at random. */
function countAlarms(events_per_s: number, longest_s: number, round_s: number, seconds: number): number {
  const random = randomOf(1, 'alarms');
  const wait = () => -Math.log(1 - random()) / events_per_s;
  let [alarms, now, event] = [0, 0, wait()];
  while (now < seconds) {
    now = Math.min(Math.max(event, now), now + longest_s);
    alarms++;
    now += round_s;
    // Events during the round were taken care of by the round's end.
    while (event <= now) event += wait();
  }
  return alarms;
}

describe('the model of the health Worker', () => {
  it.each([
    [1 / 3, 10, 0.1],
    [0.01, 10, 0.1],
    [20, 10, 0.1],
    [2, 30, 0.5],
  ])('has the alarms that %f events a second cause', (events_per_s, longest_s, round_s) => {
    const counted = countAlarms(events_per_s, longest_s, round_s, DAY_S) / DAY_S;
    // A day has 8,000 alarms or more, so chance changes their number by about a hundredth.
    expect(alarmRate(events_per_s, longest_s, round_s) / counted).toBeCloseTo(1, 1);
  });

  it('writes to KV once per heartbeat and for each change of state, and reads the head on alarms', () => {
    const quiet = {
      ...DEFAULTS,
      outages_per_day: 0,
      probing: { own_checks_per_s: 0, region_checks_per_s: [] },
    };
    expect(healthOperations(quiet).kv_writes * DAY_S).toBeCloseTo(DAY_S / (HEARTBEAT_MS / 1_000));
    expect(
      (healthOperations({ ...quiet, outages_per_day: 5 }).kv_writes - healthOperations(quiet).kv_writes) *
        DAY_S,
    ).toBeCloseTo(10);
    // Every 10 s, or slightly later with the next alarm.
    expect(healthOperations(quiet).kv_reads * DAY_S).toBeGreaterThan(8_400);
    expect(healthOperations(quiet).kv_reads * DAY_S).toBeLessThan(8_640);
  });

  it('adds for each region its alarms, its assignments and its reports', () => {
    const of = (regions: number) =>
      healthOperations({
        ...DEFAULTS,
        probing: { own_checks_per_s: 0, region_checks_per_s: Array.from({ length: regions }, () => 0.5) },
      });
    expect(of(3).region_requests).toBeCloseTo(3 * of(1).region_requests);
    expect(of(2).coordinator_requests).toBeGreaterThan(of(1).coordinator_requests + 1 / 60);
    expect(of(3).data_points).toBeCloseTo(1.5 + (2 * DEFAULTS.outages_per_day) / DAY_S);
  });
});
