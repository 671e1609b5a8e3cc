import { describe, expect, it } from 'vitest';
import type { Balancer } from '../../../../shared/model/config.ts';
import type { OriginId } from '../../../../shared/model/ids.ts';
import type { Opinion } from '../../../../workers/health/judge/observation.ts';
import type { Judged, Status } from '../../../../workers/health/judge/status.ts';
import type { ProbeRegion } from '../../../../workers/health/probe/order.ts';
import {
  fingerprint,
  fullOrigins,
  GAP_MS,
  HEARTBEAT_MS,
  originsToPublish,
  publishAt,
  UNPUBLISHED,
} from '../../../../workers/health/publish/publication.ts';
import { balancer } from '../../../support/normalised.ts';
import { config, origin } from '../fixture.ts';

/** The fingerprint of these. */
function statuses(all: Record<OriginId, Status>): string {
  return fingerprint(Object.entries(all).map(([id, status]) => ({ id: id as OriginId, status })));
}

const up: Status = { seen: 'up', state: 'up', since: 5 };
const down: Status = { seen: 'down', state: 'down', since: 9, reason: 'tcp_timeout' };
const held: Status = { ...up, state: 'degraded', flaps: { penalty: 2_500, at: 9, held: true } };
const before = statuses({ 'p/a': up });
const published = {
  version: 4,
  attempted_at: 10_000,
  published_at: 10_000,
  fingerprint: before,
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
    const failed_at = 10_000 + HEARTBEAT_MS + 5_000;
    const failed = { ...published, attempted_at: failed_at };
    expect(publishAt(failed, before, failed_at + 500)).toBe(failed_at + GAP_MS);
  });

  it('is now when the clock was set back since the last write', () => {
    const ahead = { ...published, attempted_at: 3_600_000, published_at: 3_600_000 };
    expect(publishAt(ahead, before, 10_000)).toBe(10_000);
  });
});

const HOUR_MS = 3_600_000;
const judged = (id: OriginId, status: Status, opinions: [ProbeRegion, Opinion][]): Judged => ({
  id,
  pool: 'p',
  status,
  opinions: new Map(opinions),
  advisory: [],
});

describe('the published origins', () => {
  const a = judged('p/a', up, [['default', { state: 'up', rtt_ms: 12 }]]);
  const b = judged('p/b', down, [['default', { state: 'down', rtt_ms: 40 }]]);
  const content = config([origin('a'), origin('b')]);

  it('omit an origin that is plainly up, and round-trip times that no policy reads', () => {
    expect(originsToPublish([a, b], content, HOUR_MS)).toEqual({
      'p/b': { state: 'down', since: 9, reason: 'tcp_timeout', rtt_ms: {} },
    });
  });

  it.each([
    ['ten minutes', {}, 600_000],
    ['its slow start', { slow_start: { window_s: 900, aggression: 1, min_weight: 0.1 } }, 900_000],
  ])(
    'list an origin that came up less than %s ago, because readers need to know since when',
    (_, pool, ms) => {
      const watched = config([origin('a')], { pool });
      expect(Object.keys(originsToPublish([a], watched, up.since + ms - 1))).toEqual(['p/a']);
      expect(originsToPublish([a], watched, up.since + ms)).toEqual({});
    },
  );

  it.each([
    [
      'unknown',
      judged('p/a', { ...up, seen: 'unknown', state: 'unknown' }, [['default', { state: 'unknown' }]]),
    ],
    ['held back', judged('p/a', held, [['default', { state: 'up' }]])],
    [
      'up in most regions',
      judged('p/a', up, [
        ['weur', { state: 'up' }],
        ['apac', { state: 'down' }],
      ]),
    ],
  ])('list an origin that is %s', (_, one) => {
    expect(Object.keys(originsToPublish([one], content, HOUR_MS))).toEqual(['p/a']);
  });

  it.each([
    ['a balancer', { steering_policy: 'dynamic_latency' as const }],
    ['a rule', { rules: [{ name: 'r', overrides: { steering_policy: 'dynamic_latency' as const } }] }],
    ['a canary', { canary: { policy: 'dynamic_latency' as const, percent: 5, options: {} } }],
    ['a script', { steering_policy: 'script:mine' as const }],
  ])('carry round-trip times of every origin in the pools of %s that may read them', (_, more) => {
    const reading = balancer({ default_pools: ['p'], fallback_pool: 'p', ...more } as Partial<Balancer>);
    expect(originsToPublish([a, b], { ...content, balancers: [reading] }, HOUR_MS)).toEqual({
      'p/a': { state: 'up', since: 5, rtt_ms: { default: 12 } },
      'p/b': { state: 'down', since: 9, reason: 'tcp_timeout', rtt_ms: { default: 40 } },
    });
  });
});

describe('all origins', () => {
  it('have their state by region, round-trip times, and a mark if they are held back', () => {
    const opinions: [ProbeRegion, Opinion][] = [
      ['weur', { state: 'up', rtt_ms: 8 }],
      ['apac', { state: 'down', rtt_ms: 210 }],
      ['enam', { state: 'unknown' }],
    ];
    expect(fullOrigins([judged('p/a', held, opinions)])['p/a']).toEqual({
      state: 'degraded',
      since: 5,
      flapping: true,
      rtt_ms: { weur: 8, apac: 210 },
      regions: { weur: 'up', apac: 'down', enam: 'unknown' },
    });
  });
});
