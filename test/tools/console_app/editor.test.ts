import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';
import { offersAt, type Schema } from '../../../workers/console/app/editor/config_completion.ts';
import { sqlProblems } from '../../../workers/console/app/editor/sql_problems.ts';
import { SQL_WORDS } from '../../../workers/console/app/editor/sql_words.ts';
import { sqlChart } from '../../../workers/console/app/lib/sql_chart.ts';

// What the editors of the page offer and mark, and the charts of results.

const SCHEMA = JSON.parse(readFileSync(inRoot('plimsoll.schema.json'), 'utf8')) as Schema;

/** The offers at the sign `|`. */
function offers(marked: string) {
  const at = marked.indexOf('|');
  const text = marked.slice(0, at) + marked.slice(at + 1);
  const found = offersAt(text, at, SCHEMA);
  return {
    ...found,
    labels: found.offers.map(({ label }) => label),
    replaced: text.slice(found.from, found.to),
  };
}

describe('completion in a configuration', () => {
  it('offers the fields that an object can have and does not have yet', () => {
    const { labels, offers: all } = offers('{ "pools": [{ "name": "eu", | }] }');
    expect(labels).toContain('origins');
    expect(labels).not.toContain('name');
    expect(all.find(({ label }) => label === 'origins')?.text).toBe('"origins": ');
  });

  it('replaces a field that is being written, and keeps its colon', () => {
    const { labels, replaced, offers: all } = offers('{ "pools": [{ "mini|": 2 }] }');
    expect(replaced).toBe('"mini"');
    expect(labels).toContain('minimum_origins');
    expect(all.find(({ label }) => label === 'minimum_origins')?.text).toBe('"minimum_origins"');
  });

  it('offers the words of a field, in an alternative form too', () => {
    expect(offers('{ "load_balancers": [{ "steering_policy": | }] }').labels).toContain('geo');
    expect(offers('{ "pools": [{ "enabled": | }] }').labels).toEqual(['true', 'false']);
  });

  it('offers the names of the objects that a field refers to', () => {
    const file =
      '{ "pools": [{ "name": "eu" }, { "id": "us", "name": "other" }], "load_balancers": [{ HERE }] }';
    expect(offers(file.replace('HERE', '"default_pools": ["eu", "|"]')).labels).toEqual(['eu', 'us']);
    expect(offers(file.replace('HERE', '"fallback_pool": |')).labels).toEqual(['eu', 'us']);
    expect(offers(file.replace('HERE', '"random_steering": { "pool_weights": { "|" } }')).labels).toEqual([
      'eu',
      'us',
    ]);
  });

  it('offers nothing in a text that is no configuration', () => {
    expect(offers('not JSON |').offers).toEqual([]);
    expect(offers('[|]').offers).toEqual([]);
    expect(offers('{ "pools": { "a": [ | ] } }').offers).toEqual([]);
  });
});

describe('the SQL editor', () => {
  it('offers the logical names of every dataset', () => {
    const words = SQL_WORDS.map(({ label }) => label);
    for (const name of ['traffic', 'health', 'origin', 'config_version', 'quantileExactWeighted', 'SELECT'])
      expect(words).toContain(name);
  });

  it('marks names that no dataset has where they stand, behind {since} as well', () => {
    expect(sqlProblems('SELECT origin FROM traffic WHERE {since} AND nothing = 1')).toEqual([
      {
        severity: 'error',
        line: 1,
        column: 46,
        message: expect.stringContaining('unknown column') as string,
      },
    ]);
  });

  it('marks what production refuses', () => {
    expect(sqlProblems('SELECT origin\nFROM traffic JOIN health')).toMatchObject([{ line: 2, column: 14 }]);
  });

  it('marks nothing in a query that runs', () => {
    expect(sqlProblems('SELECT origin FROM traffic WHERE {since} LIMIT 3')).toEqual([]);
  });
});

describe('the chart of a result', () => {
  const columns = (...types: [string, string][]) => types.map(([name, type]) => ({ name, type }));

  it('has bars for numbers by a name', () => {
    const rows = [
      { origin: 'a', requests: '3', p95: 1.5 },
      { origin: 'b', requests: '2', p95: null },
    ];
    const typed = columns(['origin', 'String'], ['requests', 'UInt64'], ['p95', 'Nullable(Float64)']);
    expect(sqlChart({ columns: typed, rows })).toEqual({
      ...{ kind: 'bars', xs: [0, 1], names: ['a', 'b'] },
      series: [
        { name: 'requests', values: [3, 2] },
        { name: 'p95', values: [1.5, null] },
      ],
    });
  });

  it.each([
    ['bars', 'hours of a day', ['0', '23']],
    ['lines', 'seconds since the epoch', ['1800000000', '1800000060']],
  ])('has %s for a column of numbers that are %s', (kind, _, hours) => {
    const names = [
      { name: 'hour', type: 'UInt32' },
      { name: 'requests', type: 'UInt64' },
    ];
    const rows = hours.map((hour) => ({ hour, requests: '1' }));
    expect(sqlChart({ columns: names, rows })?.kind).toBe(kind);
  });

  it('has a line for each word of the second column over time, in the order of time', () => {
    const rows = [
      { t: '2026-11-01 10:00:10', origin: 'a', requests: '2' },
      { t: '2026-11-01 10:00:00', origin: 'a', requests: '1' },
      { t: '2026-11-01 10:00:10', origin: 'b', requests: '9' },
    ];
    const typed = columns(['t', 'DateTime'], ['origin', 'String'], ['requests', 'UInt64']);
    const at = Date.UTC(2026, 10, 1, 10) / 1_000;
    expect(sqlChart({ columns: typed, rows })).toEqual({
      ...{ kind: 'lines', xs: [at, at + 10], names: [] },
      series: [
        { name: 'a', values: [1, 2] },
        { name: 'b', values: [null, 9] },
      ],
    });
  });

  it('is none without a number, without rows, and for a number alone', () => {
    expect(
      sqlChart({ columns: columns(['a', 'String'], ['b', 'String']), rows: [{ a: 1, b: 2 }] }),
    ).toBeUndefined();
    expect(sqlChart({ columns: columns(['a', 'String'], ['b', 'UInt8']), rows: [] })).toBeUndefined();
    expect(sqlChart({ columns: columns(['n', 'UInt64']), rows: [{ n: 1 }] })).toBeUndefined();
  });
});
