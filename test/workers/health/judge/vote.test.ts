import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../../../shared/contracts/health.ts';
import { type Ballot, quorum, vote } from '../../../../workers/health/judge/vote.ts';

const STATES: Record<string, OriginState> = { u: 'up', d: 'down', '?': 'unknown' };

/** `u` up, `d` down, `?` unknown, `-` nothing heard; `!` behind it: must be healthy, `~`: monitoring only. */
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
      { observation: { state: 'down', since: 1, reason: 'tcp_timeout' }, must_be_healthy: true },
      { observation: { state: 'down', since: 9, reason: 'response_code_mismatch' } },
    ]);
    expect(reason).toBe('tcp_timeout');
  });

  it('takes the mean round-trip time of those that vote', () => {
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
    // No majority for it, and none can come.
    ['ud', 'down'],
    ['uudd', 'down'],
    ['uuudd', 'up'],
    // A silent region could still make one.
    ['ud?', 'unknown'],
    ['u?', 'unknown'],
    ['u??', 'unknown'],
    ['???', 'unknown'],
    ['d??', 'unknown'],
    // It could not, either way.
    ['uu?', 'up'],
    ['dd?', 'down'],
    ['d?', 'down'],
  ])('of %s is %s', (written, expected) => {
    expect(quorum(opinions(written)).state).toBe(expected);
  });

  it('gives the newest reason of those who find it down', () => {
    expect(
      quorum([
        { state: 'down', since: 5, reason: 'tcp_timeout' },
        { state: 'down', since: 8, reason: 'http_timeout' },
        { state: 'up', since: 9 },
      ]),
    ).toEqual({ state: 'down', since: 8, reason: 'http_timeout' });
  });
});
