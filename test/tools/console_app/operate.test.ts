import { describe, expect, it } from 'vitest';
import { originRows } from '../../../shared/display/origin_rows.ts';
import { actionText, changesOf, originsOf, takesAway } from '../../../workers/console/app/lib/action.ts';
import { decidersOf } from '../../../workers/console/app/lib/deciders.ts';
import { requestOf } from '../../../workers/console/app/lib/request_form.ts';
import { rollbackOf } from '../../../workers/console/app/lib/rollback.ts';
import { coveringAll, pastUrl, sampleRequest } from '../../../workers/console/app/lib/sample_request.ts';
import { shownBalancer } from '../../../workers/console/app/lib/shown_balancer.ts';
import { originStatus, poolStatus, statusOf } from '../../support/status.ts';

// What the page makes of a status before it asks or changes something.

const eu = poolStatus('eu', [
  originStatus('eu/a', { weight: 0.5 }),
  originStatus('eu/b', { enabled: false, operator_state: 'maintenance', standing: 'maintenance' }),
]);
const us = poolStatus('us', [originStatus('us/c', { standing: 'drain' })], { operator_state: 'drain' });
const rows = originRows(statusOf([eu, us]));

describe('an action', () => {
  it('changes pools and origins at once, and can be taken back to what each was set to itself', () => {
    expect(changesOf({ state: 'maintenance' }, rows, new Set(['us', 'us/c', 'eu/b']))).toEqual({
      changes: [
        { target: 'us', state: 'maintenance' },
        { target: 'eu/b', state: 'maintenance' },
        { target: 'us/c', state: 'maintenance' },
      ],
      undo: [
        { target: 'us', state: 'drain' },
        { target: 'eu/b', state: 'maintenance' },
        { target: 'us/c', state: 'ready' },
      ],
    });
  });

  it('sets weights of origins only', () => {
    expect(changesOf({ weight: 0.1 }, rows, new Set(['eu', 'eu/a']))).toEqual({
      changes: [{ target: 'eu/a', weight: 0.1 }],
      undo: [{ target: 'eu/a', weight: 0.5 }],
    });
  });

  it('enables again what it disables', () => {
    expect(changesOf({ enabled: false }, rows, new Set(['eu/a', 'eu/b'])).undo).toEqual([
      { target: 'eu/a', enabled: true },
      { target: 'eu/b', enabled: false },
    ]);
  });

  it('shows where load would go if it takes load away', () => {
    const away = [{ state: 'drain' }, { state: 'maintenance' }, { enabled: false }, { weight: 0 }] as const;
    const back = [{ state: 'ready' }, { enabled: true }, { weight: 0.5 }] as const;
    expect(away.map(takesAway)).toEqual([true, true, true, true]);
    expect(back.map(takesAway)).toEqual([false, false, false]);
    expect([...away, ...back].map(actionText)).toEqual([
      ...['drain', 'maintenance', 'disable', 'weight 0'],
      ...['ready', 'enable', 'weight 0.5'],
    ]);
  });

  it('concerns all origins of a ticked pool', () => {
    expect([...originsOf(rows, new Set(['eu', 'us/c']))].sort()).toEqual(['eu/a', 'eu/b', 'us/c']);
  });
});

describe('who decides', () => {
  it('is every load balancer, and every pool once with the failures of all', () => {
    const failure = { script: 'mine', reason: 'failed', where: 'live' as const, requests: 3 };
    const shared = poolStatus('eu', [], { origin_policy: 'script:mine', script_failures: [failure] });
    const deciders = decidersOf(statusOf([shared], ['shop', 'blog']));
    expect(deciders.map(({ level, id }) => `${level} ${id}`)).toEqual([
      'balancer shop',
      'balancer blog',
      'pool eu',
    ]);
    expect(deciders[2]).toMatchObject({ live: 'script:mine', failures: [failure, failure] });
  });
});

describe('the requests that are explained to learn weights in effect', () => {
  it('are for load balancers that meet every pool', () => {
    const [first, second] = statusOf([eu], ['shop', 'blog']).balancers;
    const [third] = statusOf([us, eu], ['api']).balancers;
    const all = [first, second, third].flatMap((one) => one ?? []);
    expect(coveringAll(all, 9).map(({ id }) => id)).toEqual(['shop', 'api']);
    expect(coveringAll(all, 1).map(({ id }) => id)).toEqual(['shop']);
  });

  it.each([
    ['*', '/', 'https://any.example/'],
    ['*.example.com', '/shop', 'https://any.example.com/shop'],
    ['app.example.com', '/', 'https://app.example.com/'],
  ])('have a host that %s serves', (host, path, url) => {
    expect(sampleRequest({ host, path })).toEqual({ url });
  });
});

describe('the form of a request', () => {
  const form = (fields: Readonly<Record<string, string>>) => requestOf((name) => fields[name] ?? '');

  it('sends every header, and the cookie beside those among the headers', () => {
    const headers = 'x-a: 1\n\nX-A: 2\ncookie: a=1';
    expect(form({ url: 'https://a/', headers, cookie: 'b=2' }).headers).toEqual({
      'x-a': '1, 2',
      cookie: 'a=1; b=2',
    });
  });

  it('leaves out no line that is not a header, but says so', () => {
    expect(() => form({ url: 'https://a/', headers: 'x-a=1' })).toThrow(
      'A header must be "name: value"; got "x-a=1"',
    );
  });
});

describe('the URL of a past request', () => {
  it.each(['/cart', '//', '//evil.example/x', '/\\\\evil.example', '/:80/', '', '/%00'])(
    'keeps the host of its load balancer for the path %j',
    (path) => {
      expect(new URL(pastUrl({ host: '*.shop.example' }, path)).host).toBe('any.shop.example');
      expect(new URL(pastUrl(undefined, path)).host).toBe('any.example');
    },
  );
});

describe('the load balancer of the overview', () => {
  const { balancers } = statusOf([eu]);
  const [only] = balancers;

  it('is one of the configuration, also if the URL or the data points name another one', () => {
    const id = only?.id ?? '';
    expect(shownBalancer(balancers, 'removed', [{ balancer: 'removed too' }, { balancer: id }])?.id).toBe(id);
    expect(shownBalancer(balancers, null, [{ balancer: 'removed' }])?.id).toBe(id);
    expect(shownBalancer([], 'removed', [])).toBeUndefined();
  });

  it('is the wanted one before the busiest', () => {
    const two = [...balancers, ...balancers.map((one) => ({ ...one, id: 'other' }))];
    expect(shownBalancer(two, 'other', [{ balancer: only?.id ?? '' }])?.id).toBe('other');
    expect(shownBalancer(two, null, [{ balancer: 'other' }])?.id).toBe('other');
  });
});

describe('the way back from a version', () => {
  it('is the version before it, and none if somebody else published meanwhile', () => {
    expect(rollbackOf({ version: 7, parent: 5 })).toEqual({
      body: { version: 5, way: 'rollback' },
      headers: { 'if-match': '"7"' },
    });
  });

  it('does not lead from the first one', () => {
    expect(rollbackOf({ version: 1, parent: null })).toBeUndefined();
  });
});
