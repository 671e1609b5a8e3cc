import { describe, expect, it } from 'vitest';
import type { OriginId } from '../../../../shared/model/ids.ts';
import type { Opinion } from '../../../../workers/health/judge/observation.ts';
import type { Judged, Status } from '../../../../workers/health/judge/status.ts';
import type { ProbeRegion } from '../../../../workers/health/probe/order.ts';
import {
  documentOf,
  fingerprint,
  GAP_MS,
  HEARTBEAT_MS,
  publishAt,
  UNPUBLISHED,
} from '../../../../workers/health/publish/publication.ts';

function statuses(all: Record<OriginId, Status>): Map<OriginId, Status> {
  return new Map(Object.entries(all) as [OriginId, Status][]);
}

const up: Status = { seen: 'up', state: 'up', since: 5 };
const down: Status = { seen: 'down', state: 'down', since: 9, reason: 'tcp_timeout' };
const held: Status = { ...up, state: 'degraded', flaps: { penalty: 2_500, at: 9, held: true } };
const before = statuses({ 'p/a': up });
const published = {
  version: 4,
  attempted_at: 10_000,
  published_at: 10_000,
  fingerprint: fingerprint(before),
};

describe('publishAt', () => {
  it('is now for the first document, even an empty one', () => {
    expect(publishAt(UNPUBLISHED, statuses({}), 10_000)).toBe(10_000);
  });

  it('is the next heartbeat when nothing has changed', () => {
    expect(publishAt(published, before, 10_500)).toBe(10_000 + HEARTBEAT_MS);
  });

  it.each([
    ['a state', statuses({ 'p/a': down })],
    ['a state that changed and changed back', statuses({ 'p/a': { ...up, since: 9_999 } })],
    ['a new origin', statuses({ 'p/a': up, 'p/b': up })],
    ['a removed origin', statuses({})],
    ['an origin that is held back', statuses({ 'p/a': held })],
  ])('is GAP_MS after the last write when this has changed: %s', (_, after) => {
    expect(publishAt(published, after, 10_500)).toBe(10_000 + GAP_MS);
  });

  it('is GAP_MS after a failed write', () => {
    const failed = { ...published, attempted_at: 45_000 };
    expect(publishAt(failed, before, 45_500)).toBe(45_000 + GAP_MS);
  });

  it('is now when the clock was set back since the last write', () => {
    const ahead = { ...published, attempted_at: 3_600_000, published_at: 3_600_000 };
    expect(publishAt(ahead, before, 10_000)).toBe(10_000);
  });
});

describe('documentOf', () => {
  const judged = (id: OriginId, status: Status, opinions: [ProbeRegion, Opinion][]): Judged => ({
    id,
    pool: 'p',
    status,
    opinions: new Map(opinions),
    advisory: [],
  });

  it('contains what readers need and nothing else', () => {
    const origins = [
      judged('p/a', up, [['default', { state: 'up', rtt_ms: 12 }]]),
      judged('p/b', down, [['default', { state: 'down' }]]),
    ];
    expect(documentOf(origins, 5, 20_000)).toEqual({
      version: 5,
      published_at: 20_000,
      heartbeat_ms: HEARTBEAT_MS,
      origins: {
        'p/a': { state: 'up', since: 5, rtt_ms: { default: 12 } },
        'p/b': { state: 'down', since: 9, reason: 'tcp_timeout', rtt_ms: {} },
      },
    });
  });

  it('contains the state by region, and marks origins that are held back', () => {
    const opinions: [ProbeRegion, Opinion][] = [
      ['weur', { state: 'up', rtt_ms: 8 }],
      ['apac', { state: 'down', rtt_ms: 210 }],
      ['enam', { state: 'unknown' }],
    ];
    expect(documentOf([judged('p/a', held, opinions)], 5, 20_000).origins['p/a']).toEqual({
      state: 'degraded',
      since: 5,
      flapping: true,
      rtt_ms: { weur: 8, apac: 210 },
      regions: { weur: 'up', apac: 'down', enam: 'unknown' },
    });
  });
});
