import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../../../shared/contracts/health.ts';
import { type Ballot, quorum, vote } from '../../../../workers/health/judge/vote.ts';

const STATES: Record<string, OriginState> = { u: 'up', d: 'down', '?': 'unknown' };

/** `u` up, `d` down, `?` unknown, `-` no observation. A suffix `!` means `must_be_healthy`, `~` means `monitoring_only`. */
function ballots(written: string): Ballot[] {
  return written.split(' ').map(([state = '-', mark]) => ({
    observation: STATES[state] === undefined ? undefined : { state: STATES[state], since: 1 },
    ...(mark === '!' ? { must_be_healthy: true } : {}),
    ...(mark === '~' ? { monitoring_only: true } : {}),
  }));
}

describe('vote', () => {
  it.each([
    ['one monitor alone decides', 'u', 'up'],
    ['one monitor alone decides', 'd', 'down'],
    ['one monitor alone decides', '?', 'unknown'],
    ['there is no observation', '-', 'unknown'],
    ['half against is not more than half', 'u d', 'up'],
    ['two of three are against', 'u d d', 'down'],
    ['one of three is against', 'u u d', 'up'],
    ['two of four are against', 'u u d d', 'up'],
    ['three of four are against', 'u d d d', 'down'],
    ['a must_be_healthy monitor fails', 'd! u u u', 'down'],
    ['a must_be_healthy monitor also votes', 'u! d d', 'down'],
    ['a must_be_healthy monitor is unknown', '?! u u', 'unknown'],
    ['a monitoring_only monitor has no vote', 'u d~ d~', 'up'],
    ['a monitoring_only monitor has no vote', 'd u~ u~', 'down'],
    ['no monitor has a vote', 'u~ u~', 'unknown'],
    ['a silent monitor could turn the vote', 'd ? u', 'unknown'],
    ['a silent monitor could not turn the vote', 'u u ?', 'up'],
    ['a silent monitor is not needed', 'd d ?', 'down'],
  ])('%s: %s is %s', (_, written, expected) => {
    expect(vote(ballots(written)).state).toBe(expected);
  });

  it('gives the reason of the must_be_healthy monitor', () => {
    const { reason } = vote([
      { observation: { state: 'down', since: 1, reason: 'tcp_timeout' }, must_be_healthy: true },
      { observation: { state: 'down', since: 9, reason: 'response_code_mismatch' } },
    ]);
    expect(reason).toBe('tcp_timeout');
  });

  it('averages the round-trip times of the voters', () => {
    const { rtt_ms } = vote([
      { observation: { state: 'up', since: 1, rtt_ms: 10 } },
      { observation: { state: 'up', since: 1, rtt_ms: 30 } },
      { observation: { state: 'up', since: 1 } },
      { observation: { state: 'up', since: 1, rtt_ms: 900 }, monitoring_only: true },
    ]);
    expect(rtt_ms).toBe(20);
  });
});

/** One region each: `u` up, `d` down, `?` unknown. */
const opinions = (written: string) =>
  [...written].map((state) => ({ state: STATES[state] ?? ('unknown' as const) }));

describe('quorum', () => {
  it.each([
    ['u', 'up'],
    ['d', 'down'],
    ['?', 'unknown'],
    ['uud', 'up'],
    ['udd', 'down'],
    // No majority for up, and no region is silent.
    ['ud', 'down'],
    ['uudd', 'down'],
    ['uuudd', 'up'],
    // Silent regions could still make a majority.
    ['ud?', 'unknown'],
    ['u?', 'unknown'],
    ['u??', 'unknown'],
    ['???', 'unknown'],
    ['d??', 'unknown'],
    // Silent regions could not change the result.
    ['uu?', 'up'],
    ['dd?', 'down'],
    ['d?', 'down'],
  ])('of %s is %s', (written, expected) => {
    expect(quorum(opinions(written)).state).toBe(expected);
  });

  it('gives the newest reason of the regions that say down', () => {
    expect(
      quorum([
        { state: 'down', since: 5, reason: 'tcp_timeout' },
        { state: 'down', since: 8, reason: 'http_timeout' },
        { state: 'up', since: 9 },
      ]),
    ).toEqual({ state: 'down', since: 8, reason: 'http_timeout' });
  });
});
