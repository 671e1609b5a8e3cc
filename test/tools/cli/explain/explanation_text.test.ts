import { describe, expect, it } from 'vitest';
import type { ShownExplanation } from '../../../../shared/contracts/explain.ts';
import { explanationText } from '../../../../tools/cli/explain/explanation_text.ts';

const BASE: ShownExplanation = {
  isolate: 'a41a4a84',
  gateway_version: 'g1',
  config_version: 7,
  health_version: 41,
  outcome: 'origin',
  origin: 'us/b',
  balancer: { id: 'shop', host: '*.example.com', path: '/cart' },
  rules: [
    {
      ...{ kind: 'pool_set', name: 'night', result: 'false', condition: 'http.request.timestamp.sec lt 5' },
      because: [
        {
          condition: 'http.request.timestamp.sec lt 5',
          holds: false,
          values: { 'http.request.timestamp.sec': 9, 'http.request.headers["a"]': null },
        },
      ],
    },
    { kind: 'rule', name: 'to us', result: 'applied', condition: 'ip.src.country eq "US"' },
    { kind: 'rule', name: 'rest', result: 'not_reached' },
    { kind: 'rule', name: 'old', result: 'disabled' },
  ],
  session: { by: 'cookie', named: 'eu/a', kept: false },
  choice: {
    decision: 'asked',
    strategy: 'off/least_connections',
    variant: 'canary',
    selector_version: 's1',
    follows: ['client_address'],
    ranking: ['us/a', 'us/b'],
    finalists: 2,
    settled_by: 'inflight',
    order: ['us/b', 'us/a'],
    draws: [0.25],
  },
  pools: [
    { id: 'eu', is_fallback: false, out: 'down', origins: [standing('eu/a', { health: 'down' })] },
    {
      id: 'us',
      is_fallback: true,
      origins: [
        standing('us/a', { share: 0, full: true, inflight: 9 }),
        standing('us/b', { effective_weight: 0.125 }),
      ],
    },
  ],
  events: ['ejected'],
  notes: ['the rate limit is not asked, so it refuses nothing here'],
};

function standing(
  id: `${string}/${string}`,
  change: Partial<ShownExplanation['pools'][number]['origins'][number]>,
) {
  return {
    id,
    enabled: true,
    health: 'up' as const,
    weight: 1,
    share: 1,
    inflight: 0,
    full: false,
    ...change,
  };
}

describe('explanationText', () => {
  const text = explanationText(BASE);

  it('says first where the request goes', () => {
    expect(text.split('\n')[0]).toBe('The request goes to us/b.');
  });

  it.each([
    'load balancer  shop (host *.example.com, path /cart)',
    'night: its condition is false (http.request.timestamp.sec lt 5)',
    'to us: applied (ip.src.country eq "US")',
    'false: http.request.timestamp.sec lt 5 (http.request.timestamp.sec is 9, the request has no http.request.headers["a"])',
    'old: disabled',
    'rest: not reached: an earlier rule ended the list',
    'by cookie: names eu/a, which cannot serve it now',
    'off/least_connections (canary): the selector is asked',
    'key            client_address',
    'among the first 2, by inflight',
    'drawn          0.2500',
    'note: the rate limit is not asked',
    'configuration version 7, health version 41, selector s1',
  ])('says: %s', (part) => {
    expect(text).toContain(part);
  });

  it('shows each pool, and how each of its origins stands', () => {
    const lines = text.split('\n');
    expect(lines.find((line) => line.includes('eu/a '))).toMatch(/^eu +down +eu\/a +down +1 /);
    expect(lines.find((line) => line.startsWith('us (fallback)'))).toMatch(
      /candidate +us\/a +up, ejected, full +1 +9 +2$/,
    );
    expect(lines.find((line) => line.trim().startsWith('us/b'))).toMatch(/up +1 +0.125 +0 +1$/);
  });

  it.each<[Partial<ShownExplanation>, string]>([
    [{ outcome: 'fixed_response', status: 410 }, 'A rule answers with 410.'],
    [{ outcome: 'maintenance', status: 503 }, 'The maintenance page answers with 503.'],
    [
      { outcome: 'no_match', status: 404 },
      'No load balancer serves this host and path, so the gateway answers with 404.',
    ],
    [
      { outcome: 'unavailable', status: 503 },
      'No origin can take the request, so the gateway answers with 503.',
    ],
    [
      { outcome: 'invalid', status: 400, detail: 'Host is malformed' },
      'The gateway refuses the request with 400: Host is malformed.',
    ],
  ])('says without an origin: %j', (change, first) => {
    expect(explanationText({ ...BASE, ...change }).split('\n')[0]).toBe(first);
  });
});

it('shows no character of a rule or a reason that controls the terminal, and no line that is none of its own', () => {
  const rules = [
    { kind: 'rule' as const, name: 'a\u001b[2J', result: 'applied' as const, condition: 'b\nc' },
  ];
  const text = explanationText({ ...BASE, outcome: 'invalid', status: 400, detail: 'd\u202e\r\ne', rules });
  expect(text).toContain('with 400: d\u00b7\u00b7\u00b7e.');
  expect(text).toContain('a\u00b7[2J: applied (b\u00b7c)');
});
