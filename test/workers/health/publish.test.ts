import { describe, expect, it } from 'vitest';
import type { OriginId } from '../../../shared/contracts/ids.ts';
import type { Verdict } from '../../../workers/health/judge.ts';
import {
  documentOf,
  fingerprint,
  GAP_MS,
  HEARTBEAT_MS,
  publishAt,
  UNPUBLISHED,
} from '../../../workers/health/publish.ts';
import type { OriginRecord } from '../../../workers/health/schedule.ts';

function records(verdicts: Record<OriginId, Verdict>): Map<OriginId, OriginRecord> {
  const entries = Object.entries(verdicts) as [OriginId, Verdict][];
  return new Map(entries.map(([id, verdict]) => [id, { verdict, next_at: 0, definition: '' }]));
}

const up: Verdict = { state: 'up', since: 5, streak: 3, last: 'success', rtt_ms: 12 };
const down: Verdict = { state: 'down', since: 9, streak: 1, last: 'failure', reason: 'tcp_timeout' };
const before = records({ 'p/a': up });
const published = {
  version: 4,
  attempted_at: 10_000,
  published_at: 10_000,
  fingerprint: fingerprint(before),
};

describe('publishAt', () => {
  it('is at once for the first document, even an empty one', () => {
    expect(publishAt(UNPUBLISHED, records({}))).toBeLessThanOrEqual(GAP_MS);
  });

  it('waits for the heartbeat when nothing has changed', () => {
    expect(publishAt(published, before)).toBe(10_000 + HEARTBEAT_MS);
  });

  it.each([
    ['a state', records({ 'p/a': down })],
    ['a state that changed and changed back', records({ 'p/a': { ...up, since: 9_999 } })],
    ['a new origin', records({ 'p/a': up, 'p/b': up })],
    ['a vanished origin', records({})],
  ])('does not wait for it when there is a change: %s, but keeps the gap between two writes', (_, after) => {
    expect(publishAt(published, after)).toBe(10_000 + GAP_MS);
  });

  it('does not take every check for a change', () => {
    expect(publishAt(published, records({ 'p/a': { ...up, rtt_ms: 99, streak: 50 } }))).toBe(
      10_000 + HEARTBEAT_MS,
    );
  });

  it('tries a failed write again after the gap', () => {
    const failed = { ...published, attempted_at: 45_000 };
    expect(publishAt(failed, before)).toBe(45_000 + GAP_MS);
  });
});

describe('documentOf', () => {
  it('says what readers need and no more', () => {
    expect(documentOf(records({ 'p/a': up, 'p/b': down }), 5, 20_000)).toEqual({
      version: 5,
      published_at: 20_000,
      heartbeat_ms: HEARTBEAT_MS,
      origins: {
        'p/a': { state: 'up', since: 5, rtt_ms: { default: 12 } },
        'p/b': { state: 'down', since: 9, reason: 'tcp_timeout', rtt_ms: {} },
      },
    });
  });
});
