import { describe, expect, it } from 'vitest';
import { stateChanges, withMaintenance, withState } from '../../../shared/authoring/operator_state.ts';
import { balancer, config, origin, pool } from '../../support/normalised.ts';

const CONFIG = config([balancer({ id: 'app' })], [pool('p', ['a', 'b']), pool('q', ['c'])]);
const PAGE = { enabled: false, retry_after_s: 1, message_body: 'x', content_type: 'text/plain' };

describe('withState', () => {
  it('changes one origin or one pool, and nothing else', () => {
    const drained = withState(CONFIG, 'p/b', 'drain');
    expect(drained?.pools['p']).toEqual(pool('p', ['a', origin('p', 'b', { state: 'drain' })]));
    expect(drained?.pools['q']).toBe(CONFIG.pools['q']);
    expect(withState(CONFIG, 'q', 'maintenance')?.pools['q']).toEqual(
      pool('q', ['c'], { state: 'maintenance' }),
    );
    expect(drained && withState(drained, 'p/b', 'ready')).toEqual(CONFIG);
  });

  it('gives undefined for unknown objects', () => {
    for (const id of ['x', 'p/x', 'x/a', 'p/', '/a', '', 'constructor'])
      expect(withState(CONFIG, id, 'drain')).toBeUndefined();
  });
});

describe('withMaintenance', () => {
  it('switches the page of one balancer, or the standard page if it has none', () => {
    const on = withMaintenance(CONFIG, 'app', true, PAGE);
    expect(on?.balancers[0]?.maintenance).toEqual({ ...PAGE, enabled: true });
    const own = config([balancer({ maintenance: { ...PAGE, message_body: 'own' } })], []);
    expect(withMaintenance(own, 'app', true, PAGE)?.balancers[0]?.maintenance?.message_body).toBe('own');
    expect(withMaintenance(CONFIG, 'app', false, PAGE)).toEqual(CONFIG);
    expect(withMaintenance(CONFIG, 'other', true, PAGE)).toBeUndefined();
  });
});

describe('stateChanges', () => {
  it('names the objects in both configurations whose states differ', () => {
    const before = withState(withState(CONFIG, 'p/a', 'drain') ?? CONFIG, 'q', 'maintenance') ?? CONFIG;
    const after = withMaintenance(withState(CONFIG, 'p', 'drain') ?? CONFIG, 'app', true, PAGE) ?? CONFIG;
    expect(stateChanges(before, after)).toEqual([
      { kind: 'balancer', id: 'app', before: 'ready', after: 'maintenance' },
      { kind: 'pool', id: 'p', before: 'ready', after: 'drain' },
      { kind: 'origin', id: 'p/a', before: 'drain', after: 'ready' },
      { kind: 'pool', id: 'q', before: 'maintenance', after: 'ready' },
    ]);
    expect(stateChanges(before, before)).toEqual([]);
    expect(stateChanges(config([], []), before)).toEqual([]);
  });
});
