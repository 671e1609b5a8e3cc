import { describe, expect, it } from 'vitest';
import { PROBE_REASONS, type ProbeReason } from '../../../../shared/contracts/carrying.ts';
import type { OriginState } from '../../../../shared/contracts/health.ts';
import {
  type CheckState,
  checkStateAfter,
  unprobed,
  withStreakReset,
} from '../../../../workers/health/judge/check_state.ts';
import type { Checked } from '../../../../workers/health/probe/check.ts';

const ENDS: Record<string, Checked> = {
  '+': { ended: 'success', rtt_ms: 7, status: 200 },
  '-': { ended: 'failure', rtt_ms: 9, status: 500, reason: 'response_code_mismatch' },
  t: { ended: 'failure', rtt_ms: 2_000, status: 0, reason: 'http_timeout' },
  '?': { ended: 'lost', rtt_ms: 0, status: 0, reason: 'other', detail: 'no proxy' },
};

/** Runs a series of checks, one per second: `+` success, `-` wrong status, `t` timeout, `?` lost. */
function judgeAll(checks: string, rise: number, fall: number, from = unprobed(0)): CheckState[] {
  let state = from;
  return [...checks].map((sign, i) => {
    const checked = ENDS[sign];
    if (checked === undefined) throw new Error(`no such check: ${sign}`);
    state = checkStateAfter(
      state,
      checked,
      { consecutive_up: rise, consecutive_down: fall },
      (i + 1) * 1_000,
    );
    return state;
  });
}

const LETTERS: Record<OriginState, string> = { up: 'U', down: 'D', unknown: '?', degraded: 'G' };
const states = (all: CheckState[]) => all.map(({ state }) => LETTERS[state]).join('');

describe('checkStateAfter', () => {
  it.each([
    // what it shows, rise, fall, checks, states after each check
    ['the first success makes an unknown origin up at once', 3, 3, '+', 'U'],
    ['an unknown origin goes down only after consecutive_down failures', 1, 3, '---', '??D'],
    ['an up origin falls with the last of consecutive_down failures', 2, 3, '+--', 'UUU'],
    ['and not before', 2, 3, '+---', 'UUUD'],
    ['a down origin rises with the last of consecutive_up successes', 2, 1, '-+', 'DD'],
    ['and not before', 2, 1, '-++', 'DDU'],
    ['flapping never counts as failures in a row', 2, 2, '+-+-+-+-', 'UUUUUUUU'],
    ['flapping never counts as successes in a row', 2, 1, '-+-+-+', 'DDDDDD'],
    ['a success in between restarts the count of failures', 2, 3, '+--+--', 'UUUUUU'],
    ['failures of different kinds are failures in a row', 2, 3, '+-t-', 'UUUD'],
    ['0 means 1 for failures', 1, 0, '+-', 'UD'],
    ['0 means 1 for successes', 0, 1, '-+', 'DU'],
    ['lost checks never make an origin down', 1, 3, '+??', 'UUU'],
    ['consecutive_down lost checks make an origin unknown', 1, 3, '+???', 'UUU?'],
    ['also an origin that was down', 2, 2, '--??', '?DD?'],
    ['a lost check interrupts a row of failures', 1, 2, '+-?-', 'UUUU'],
    ['an origin that became unknown is up after one success', 3, 1, '+?+', 'U?U'],
  ])('%s (rise %i, fall %i: %s)', (_, rise, fall, checks, expected) => {
    expect(states(judgeAll(checks, rise, fall))).toBe(expected);
  });

  it.each([...PROBE_REASONS])('counts the failure %s, and gives it as the reason', (reason: ProbeReason) => {
    const up: CheckState = { state: 'up', since: 0, streak: 5, last: 'success' };
    const failed: Checked = { ended: 'failure', reason, rtt_ms: 1, status: 0 };
    expect(checkStateAfter(up, failed, { consecutive_up: 1, consecutive_down: 1 }, 5)).toEqual({
      state: 'down',
      since: 5,
      reason,
      streak: 1,
      last: 'failure',
    });
  });

  it('gives the time of the change, and the reason of the last failure', () => {
    const down = judgeAll('+-t-', 2, 2)[3];
    expect(down).toMatchObject({ state: 'down', since: 3_000, reason: 'http_timeout', streak: 3 });
  });

  it('drops the reason when an origin is up again, and keeps the round-trip time while it is down', () => {
    const [, down, up] = judgeAll('+-+', 1, 1);
    expect(down).toMatchObject({ state: 'down', rtt_ms: 7 });
    expect(up).toEqual({ state: 'up', since: 3_000, last: 'success', streak: 1, rtt_ms: 7 });
  });

  it('does not modify its argument', () => {
    const before = Object.freeze(unprobed(0));
    judgeAll('-+-', 1, 1, before);
    expect(before).toEqual({ state: 'unknown', since: 0, streak: 0 });
  });
});

describe('withStreakReset', () => {
  it('keeps the state, but no earlier result counts', () => {
    const before = judgeAll('+--', 2, 3).at(-1);
    if (before === undefined) throw new Error('no state');
    const after = withStreakReset(before);
    expect(after).toMatchObject({ state: 'up', since: before.since, streak: 0 });
    expect(states(judgeAll('--', 2, 3, after))).toBe('UU');
  });
});

describe('round-trip time', () => {
  const smoothed = (...rtts: number[]) =>
    rtts.reduce(
      (state, rtt_ms) =>
        checkStateAfter(
          state,
          { ended: 'success', rtt_ms, status: 200 },
          { consecutive_up: 1, consecutive_down: 1 },
          0,
        ),
      unprobed(0),
    ).rtt_ms;

  it('starts with the first success and then moves by three tenths of the difference', () => {
    expect(smoothed(100)).toBe(100);
    expect(smoothed(100, 200)).toBeCloseTo(130, 9);
    expect(smoothed(100, 200, 200)).toBeCloseTo(151, 9);
  });
});
