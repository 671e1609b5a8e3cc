import { describe, expect, it } from 'vitest';
import { stampDrains } from '../../../shared/authoring/operator_state.ts';
import type { Origin, Pool } from '../../../shared/model/config.ts';
import { config, origin, pool } from '../../support/normalised.ts';

const BEFORE = 1_000;
const NOW = 5_000;

/** Of one origin, then of its pool: the stamps after a publication that follows another. */
function stamps(next: Change, previous?: Change) {
  const stamped = stampDrains(made(next), previous && made(previous), NOW);
  const only = stamped.pools['p'];
  return [only?.origins[0]?.draining_since, only?.draining_since];
}

type Change = { origin?: Partial<Origin>; pool?: Partial<Pool> };
const made = (change: Change) =>
  config([], [pool('p', [origin('p', 'a', change.origin)], change.pool ?? {})]);

describe('stampDrains', () => {
  it('records the start of a drain, of an origin and of a pool', () => {
    expect(stamps({ origin: { state: 'drain' } }, {})).toEqual([NOW, undefined]);
    expect(stamps({ pool: { state: 'drain' } }, {})).toEqual([undefined, NOW]);
  });

  it('treats disabling as a drain, as Cloudflare does', () => {
    expect(stamps({ origin: { enabled: false }, pool: { enabled: false } }, {})).toEqual([NOW, NOW]);
  });

  it('starts now if nothing was published, or not this origin', () => {
    expect(stamps({ origin: { state: 'drain' } })).toEqual([NOW, undefined]);
    const next = config([], [pool('p', [origin('p', 'new', { state: 'drain' })])]);
    expect(stampDrains(next, made({}), NOW).pools['p']?.origins[0]?.draining_since).toBe(NOW);
  });

  it('keeps the start of a drain that continues, even when the origin is then disabled', () => {
    const draining = { origin: { state: 'drain' as const, draining_since: BEFORE } };
    expect(stamps({ origin: { state: 'drain' } }, draining)).toEqual([BEFORE, undefined]);
    expect(stamps({ origin: { enabled: false } }, draining)).toEqual([BEFORE, undefined]);
  });

  it('removes the start of an origin that is ready or in maintenance', () => {
    const draining = { origin: { state: 'drain' as const, draining_since: BEFORE } };
    expect(stamps({}, draining)).toEqual([undefined, undefined]);
    expect(stamps({ origin: { state: 'maintenance' } }, draining)).toEqual([undefined, undefined]);
    expect(stamps({ origin: { draining_since: BEFORE } }, draining)).toEqual([undefined, undefined]);
  });

  it('starts again when an origin goes into drain a second time', () => {
    expect(stamps({ origin: { state: 'drain' } }, { origin: { state: 'maintenance' } })).toEqual([
      NOW,
      undefined,
    ]);
  });

  it('adds no start to a drain that was published without one', () => {
    const disabled = { origin: { enabled: false } };
    expect(stamps(disabled, disabled)).toEqual([undefined, undefined]);
    expect(stamps({ origin: { state: 'drain' } }, disabled)).toEqual([NOW, undefined]);
  });

  it('changes nothing else, and not its argument', () => {
    const next = made({ origin: { weight: 0.5 } });
    const copy = structuredClone(next);
    expect(stampDrains(next, undefined, NOW)).toEqual(copy);
    const draining = made({ origin: { state: 'drain' } });
    stampDrains(draining, undefined, NOW);
    expect(draining).toEqual(made({ origin: { state: 'drain' } }));
  });
});
