import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoted } from '../../../shared/analytics/sql/quoted.ts';
import { concernsOf } from '../../../shared/display/attention.ts';
import { csvLine } from '../../../shared/display/csv.ts';
import { ago, ms, percent } from '../../../shared/display/format.ts';
import { inRoot } from '../../../tools/project/root.ts';
import { csvOf } from '../../../workers/console/app/lib/csv.ts';
import { loadAfter } from '../../../workers/console/app/lib/load_after.ts';
import { RANGES, rangeOf, stepsOf } from '../../../workers/console/app/lib/range.ts';
import { expectedShares } from '../../../workers/console/app/lib/shares.ts';
import { stackOf } from '../../../workers/console/app/lib/stack.ts';

import { originStatus as origin, poolStatus as pool, statusOf as status } from '../../support/status.ts';

// The pure part of the console's page.

describe('ranges', () => {
  it('have 60 to 90 steps, the last of which is under way', () => {
    for (const range of RANGES) {
      const steps = stepsOf(range, 1_800_000_010);
      expect(steps.length).toBeGreaterThanOrEqual(60);
      expect(steps.length).toBeLessThanOrEqual(90);
      expect(1_800_000_010 - (steps.at(-1) ?? 0)).toBeLessThan(range.step_s);
      for (const at of steps) expect(at % range.step_s).toBe(0);
    }
  });

  it('are 15 minutes for a name that nobody knows', () => {
    expect(rangeOf('2w').name).toBe('15m');
    expect(rangeOf(null).name).toBe('15m');
  });
});

describe('the page', () => {
  it('takes the time from the console, because the clock of a browser can be wrong', () => {
    const folder = inRoot('workers', 'console', 'app');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/.test(name),
    );
    expect(files.length).toBeGreaterThan(40);
    const asking = files.filter((name) =>
      /Date\.now|new Date\(\)/.test(readFileSync(join(folder, name), 'utf8')),
    );
    expect(asking).toEqual([]);
  });
});

describe('a stack', () => {
  it('has the busiest series at the bottom, and 0 where there is no point', () => {
    const points = [
      { at: 10, series: 'a', requests: 1, failed: 0 },
      { at: 20, series: 'b', requests: 5, failed: 0 },
      { at: 20, series: 'a', requests: 2, failed: 0 },
      { at: 99, series: 'a', requests: 1, failed: 0 },
    ];
    expect(stackOf(points, [10, 20])).toEqual({
      series: ['b', 'a'],
      values: [
        [0, 5],
        [1, 2],
      ],
      tops: [
        [0, 5],
        [1, 7],
      ],
    });
  });
});

describe('what would happen', () => {
  it('moves the load of those that leave to the others of their pool, by weight', () => {
    const origins = [
      origin('p/a'),
      origin('p/b', { weight: 0.5 }),
      origin('p/c'),
      origin('p/d', { state: 'down' }),
    ];
    const rows = origins.map((one) => ({ pool: pool('p', origins), origin: one }));
    const after = loadAfter(rows, new Set(['p/a']), 300);
    expect(after.map(({ id }) => id)).toEqual(['p/b', 'p/c']);
    expect(after.map((one) => one.after - one.before)).toEqual([
      expect.closeTo(1 / 3),
      expect.closeTo(2 / 3),
    ]);
  });

  it('has no rows if nobody is left', () => {
    const only = origin('p/a');
    expect(loadAfter([{ pool: pool('p', [only]), origin: only }], new Set(['p/a']), 300)).toEqual([]);
  });
});

describe('expected shares', () => {
  it('follow the weights in effect in each pool, and the traffic among pools', () => {
    const requests = new Map([
      ['eu/a', 10],
      ['eu/b', 50],
      ['us/c', 30],
      ['(fallback)', 10],
    ]);
    const standing = new Map([
      ['eu/a', { effective_weight: 1, share: 1 }],
      ['eu/b', { effective_weight: 1, share: 0.5 }],
      ['eu/ejected', { effective_weight: 1, share: 0 }],
      ['us/c', { effective_weight: 0.2, share: 1 }],
      ['ap/idle', { effective_weight: 1, share: 1 }],
    ]);
    const expected = expectedShares(requests, standing);
    expect([...expected.keys()]).toEqual(['eu/a', 'eu/b', 'us/c']);
    expect(expected.get('eu/a')).toBeCloseTo(0.4);
    expect(expected.get('eu/b')).toBeCloseTo(0.2);
    expect(expected.get('us/c')).toBeCloseTo(0.3);
  });

  it('are unknown where no weight in effect is known', () => {
    expect(expectedShares(new Map([['eu/a', 10]]), new Map()).size).toBe(0);
  });
});

describe('what needs attention', () => {
  it('is nothing while all is well', () => {
    expect(concernsOf(status([pool('p', [origin('p/a')])]), undefined, [])).toEqual([]);
  });

  it('names an outage first, and each origin once', () => {
    const broken = origin('p/a', { state: 'down', reason: 'http_timeout' });
    const drained = origin('q/b', { standing: 'drain' });
    const all = status([
      pool('p', [broken], { state: 'critical' }),
      pool('q', [drained]),
      pool('p', [broken]),
    ]);
    const found = concernsOf(all, undefined, [{ balancer: 'shop', requests: 100, failed: 5 }]);
    expect(found.map(({ what, state }) => `${what} ${state}`)).toEqual([
      'p critical',
      'p/a down',
      'shop failing',
      'q/b drain',
    ]);
    expect(found[1]).toMatchObject({ why: 'http_timeout', since: '2026-11-01T08:00:00.000Z' });
  });

  it('tells a change of KV from outside, and a version that is not published', () => {
    const info = {
      published: false,
      version: 1,
      hash: null,
      published_at: null,
      error: 'KV is full',
      outside: null,
    };
    const calm = status([pool('p', [origin('p/a')])]);
    expect(concernsOf(calm, info, [])).toMatchObject([{ state: 'unpublished', why: 'KV is full' }]);
    const outside = { version: 9, hash: 'f', published_at: '2026-11-01T00:00:00.000Z' };
    expect(concernsOf(calm, { ...info, outside }, [])).toMatchObject([{ state: 'outside' }]);
  });
});

describe('CSV', () => {
  it('quotes what needs it, and gives spreadsheets no formula', () => {
    const columns = ['a', 'b'].map((name) => ({ name, type: 'String' }));
    const rows = [
      { a: 'x,"y"', b: '=1+1' },
      { a: -1, b: null },
    ];
    expect(csvOf({ columns, rows })).toBe('a,b\r\n"x,""y""",\'=1+1\r\n-1,\r\n');
  });

  it.each(["-2+3+cmd|' /C calc'!A0", '+1+1', '@SUM(A1)', '-x', '\t=1', '\n=1', '=1', '- 1'])(
    'gives the text %j an apostrophe',
    (text) => {
      expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  it.each(['-1', '-0.5', '+3', '1e-7', '-1e+21', 'GET', '/a-b', ''])(
    'leaves the text %j as it is',
    (text) => {
      expect(csvLine([text])).toBe(text);
    },
  );
});

describe('texts', () => {
  it('show what is not known as a dash', () => {
    expect([ms(null), percent(1, 0), ago(null, 0)]).toEqual(['–', '–', '–']);
    expect([
      ms(12.4),
      percent(1, 8),
      ago('2026-11-01T00:00:00.000Z', Date.parse('2026-11-01T02:30:00.000Z')),
    ]).toEqual(['12 ms', '12.5 %', '2 h']);
  });

  it('stay strings in SQL', () => {
    expect(quoted("a'; DROP \\")).toBe("'a\\'; DROP \\\\'");
  });
});
