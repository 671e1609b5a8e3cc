import { describe, expect, it } from 'vitest';
import type { OriginState } from '../../../shared/contracts/health.ts';
import { quorum } from '../../../workers/health/quorum.ts';

const STATES: Record<string, OriginState> = { u: 'up', d: 'down', '?': 'unknown' };
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
