import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../../shared/contracts/health.ts';
import { type Ballot, vote } from '../../../workers/health/vote.ts';

const STATES: Record<string, OriginState> = { u: 'up', d: 'down', '?': 'unknown' };

/** `u` up, `d` down, `?` unknown, `-` nothing heard; `!` behind it: must be healthy, `~`: monitoring only. */
function ballots(written: string): Ballot[] {
  return written.split(' ').map(([state = '-', mark]) => ({
    sight: STATES[state] === undefined ? undefined : { state: STATES[state], since: 1 },
    ...(mark === '!' ? { must_be_healthy: true } : {}),
    ...(mark === '~' ? { monitoring_only: true } : {}),
  }));
}

describe('vote', () => {
  it.each([
    ['one monitor alone decides', 'u', 'up'],
    ['one monitor alone decides', 'd', 'down'],
    ['one monitor alone decides', '?', 'unknown'],
    ['nobody was heard', '-', 'unknown'],
    ['half against it is not more than half', 'u d', 'up'],
    ['two of three against it', 'u d d', 'down'],
    ['one of three against it', 'u u d', 'up'],
    ['two of four against it', 'u u d d', 'up'],
    ['three of four against it', 'u d d d', 'down'],
    ['one that must be healthy fails', 'd! u u u', 'down'],
    ['one that must be healthy votes like the others', 'u! d d', 'down'],
    ['one that must be healthy is not known', '?! u u', 'unknown'],
    ['whoever only monitors has no vote', 'u d~ d~', 'up'],
    ['whoever only monitors has no vote', 'd u~ u~', 'down'],
    ['nobody has a vote', 'u~ u~', 'unknown'],
    ['the silent one could make it more than half', 'd ? u', 'unknown'],
    ['the silent one could not', 'u u ?', 'up'],
    ['the silent one is not needed', 'd d ?', 'down'],
  ])('%s: %s is %s', (_, written, expected) => {
    expect(vote(ballots(written)).state).toBe(expected);
  });

  it('gives the reason of the one that must be healthy', () => {
    const { reason } = vote([
      { sight: { state: 'down', since: 1, reason: 'tcp_timeout' }, must_be_healthy: true },
      { sight: { state: 'down', since: 9, reason: 'response_code_mismatch' } },
    ]);
    expect(reason).toBe('tcp_timeout');
  });

  it('takes the mean round-trip time of those that vote', () => {
    const { rtt_ms } = vote([
      { sight: { state: 'up', since: 1, rtt_ms: 10 } },
      { sight: { state: 'up', since: 1, rtt_ms: 30 } },
      { sight: { state: 'up', since: 1 } },
      { sight: { state: 'up', since: 1, rtt_ms: 900 }, monitoring_only: true },
    ]);
    expect(rtt_ms).toBe(20);
  });
});
