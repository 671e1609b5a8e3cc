import { describe, expect, it } from 'vitest';
import { duration, errorPage, page } from '../../../workers/console/page.ts';
import type { Signals } from '../../../workers/console/signals/read_signals.ts';
import { status } from '../../../workers/console/status.ts';
import { session } from '../../support/normalised.ts';
import { balancer, configOf, healthOf, NOW, origin, pool } from './fixture.ts';

const down = { state: 'down', since: NOW - 65_000, reason: 'http_timeout', rtt_ms: {} } as const;

describe('page', () => {
  it('writes state, duration and reason of each origin in words', () => {
    const text = page(status(configOf([pool('p', ['a'])]), healthOf({ 'p/a': down }), NOW));
    expect(text).toContain('<span class="state down">down</span>');
    expect(text).toContain('<td>1 min 5 s</td><td>http timeout</td>');
    expect(text).toContain('<span class="state critical">critical</span> p');
  });

  it('marks an origin that flaps, and names the regions where it is not up', () => {
    const held = {
      ...down,
      state: 'degraded',
      flapping: true,
      regions: { weur: 'up', apac: 'down', oc: 'unknown' },
    } as const;
    const text = page(status(configOf([pool('p', ['a'])]), healthOf({ 'p/a': held }), NOW));
    expect(text).toContain('<td>flapping, http timeout, apac down, oc unknown</td>');
  });

  it('counts down a drain, and marks origins in maintenance', () => {
    const origins = [
      origin('p', 'a', { state: 'drain', draining_since: NOW - 60_000 }),
      origin('p', 'b', { state: 'maintenance' }),
      origin('p', 'c', { state: 'drain', draining_since: NOW - 400_000 }),
    ];
    const app = balancer({
      session: session({ drain_ms: 300_000 }),
      maintenance: { enabled: true, retry_after_s: 1, message_body: '', content_type: 'text/plain' },
    });
    const text = page(status(configOf([pool('p', [], { origins })], [app]), undefined, NOW));
    expect(text).toContain('unknown</span> drain, sessions for 4 min</td>');
    expect(text).toContain('<td>maintenance</td>');
    expect(text).toContain('drain, sessions over</td>');
    expect(text).toContain('sessions: cookie, maintenance: everybody gets 503');
  });

  it('shows traffic and ejections apart from the state by probes', () => {
    const signals: Signals = {
      traffic_s: 300,
      traffic: new Map([['app.example.com/ p/a', { requests: 20, errors: 1, p95_ms: 12.5 }]]),
      ejections: new Map([
        ['p/a', { isolates: 2, until: new Date(NOW + 30_000).toISOString(), reason: 'consecutive_failures' }],
      ]),
      script_failures: new Map([
        ['app.example.com/ p', [{ script: 'mine', reason: 'too slow', where: 'live', requests: 3 }]],
      ]),
    };
    const up = { state: 'up', since: NOW - 65_000, rtt_ms: {} } as const;
    const text = page(status(configOf([pool('p', ['a'])]), healthOf({ 'p/a': up }), NOW, signals));
    expect(text).toContain('<span class="state up">up</span>');
    expect(text).toContain('ejected</span> by 2 isolates, 30 s left:\nconsecutive failures');
    expect(text).toContain(
      '<td class="number">20</td><td class="number">1</td>\n<td class="number">13 ms</td>',
    );
    expect(text).toContain('Script <b>mine</b>\ntoo slow: random stood in for it in 3 requests.');
    expect(text).toContain('the last 5 min.');
  });

  it('says why traffic is not known', () => {
    const text = page(status(configOf([pool('p', ['a'])]), undefined, NOW, 'the SQL API cannot be reached'));
    expect(text).toContain('Requests and ejections are not known: the SQL API cannot be reached.');
  });

  it('escapes values of the configuration', () => {
    const evil = `"><script>alert('1')</script>&`;
    const config = configOf([pool('p', [], { origins: [origin('p', 'a', { name: evil, url: evil })] })]);
    const text = page(status({ ...config, hash: '<b>' }, undefined, NOW));
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<b><');
    expect(text).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;');
  });

  it('loads nothing from anywhere', () => {
    const text = page(status(configOf([pool('p', ['a'])]), undefined, NOW));
    expect(text).not.toMatch(/\b(src|href)=|@import|url\(/);
  });

  it.each([
    ['too old', healthOf({}, 100_000), 'too old to be trusted'],
    ['absent', undefined, 'has published nothing yet'],
  ])('says that health is %s', (_, health, words) => {
    expect(page(status(configOf([pool('p', ['a'])]), health, NOW))).toContain(words);
  });

  it('escapes an error', () => {
    expect(errorPage('a <b>')).toContain('a &lt;b&gt;');
  });
});

describe('duration', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [3_605_000, '1 h'],
    [93_784_000, '1 d 2 h'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
