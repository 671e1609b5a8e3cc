import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../../shared/analytics/datasets.ts';
import { KEYWORDS, REFUSED_WORDS } from '../../../tools/sql/keywords.ts';
import { translate } from '../../../tools/sql/translate.ts';

describe('translate', () => {
  it.each([
    ['names the table', 'SELECT count() FROM traffic', 'SELECT count() FROM plimsoll_traffic_v1'],
    [
      'keeps a bare column its name',
      'SELECT origin FROM traffic',
      'SELECT blob3 AS origin FROM plimsoll_traffic_v1',
    ],
    [
      'has each dataset its own columns',
      'SELECT origin, state FROM health',
      'SELECT index1 AS origin, blob4 AS state FROM plimsoll_health_v1',
    ],
    [
      'translates in every clause',
      "SELECT origin, count() AS n FROM traffic WHERE pool = 'a' GROUP BY origin HAVING max(total_ms) > 1 ORDER BY origin, n DESC LIMIT 5",
      "SELECT blob3 AS origin, count() AS n FROM plimsoll_traffic_v1 WHERE blob2 = 'a' GROUP BY blob3 HAVING max(double3) > 1 ORDER BY blob3, n DESC LIMIT 5",
    ],
    [
      'leaves an alias that the user gave',
      'SELECT origin AS server FROM traffic GROUP BY server',
      'SELECT blob3 AS server FROM plimsoll_traffic_v1 GROUP BY server',
    ],
    [
      'means the alias in GROUP BY and ORDER BY when it is also a column, and the column elsewhere',
      "SELECT lower(origin) AS origin FROM traffic WHERE origin != '' GROUP BY origin ORDER BY origin",
      "SELECT lower(blob3) AS origin FROM plimsoll_traffic_v1 WHERE blob3 != '' GROUP BY origin ORDER BY origin",
    ],
    [
      'means the column inside of an aggregate, for an alias cannot be aggregated again',
      'SELECT sum(total_ms) AS total_ms FROM traffic HAVING max(total_ms) > 5 AND total_ms > 9',
      'SELECT sum(double3) AS total_ms FROM plimsoll_traffic_v1 HAVING max(double3) > 5 AND total_ms > 9',
    ],
    [
      'translates both arguments of a parametric aggregate',
      'SELECT quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95 FROM traffic',
      'SELECT quantileExactWeighted(0.95)(double3, _sample_interval) AS p95 FROM plimsoll_traffic_v1',
    ],
    [
      'translates a subquery and leaves the query around it to its names',
      'SELECT origin, n FROM (SELECT origin, count() AS n FROM traffic GROUP BY origin) WHERE n > 1',
      'SELECT origin, n FROM (SELECT blob3 AS origin, count() AS n FROM plimsoll_traffic_v1 GROUP BY blob3) WHERE n > 1',
    ],
    [
      'sees the columns through a subquery of *',
      'SELECT origin FROM (SELECT * FROM traffic)',
      'SELECT blob3 AS origin FROM (SELECT * FROM plimsoll_traffic_v1)',
    ],
    [
      'passes raw names and the platform’s own columns',
      'SELECT timestamp, _sample_interval, blob20, double1, index1, dataset FROM plimsoll_traffic_v1',
      'SELECT timestamp, _sample_interval, blob20, double1, index1, dataset FROM plimsoll_traffic_v1',
    ],
    [
      'translates columns of a table that is named raw',
      'SELECT origin FROM plimsoll_traffic_v1',
      'SELECT blob3 AS origin FROM plimsoll_traffic_v1',
    ],
    [
      'leaves another dataset of the account alone',
      'SELECT origin, x FROM orders',
      'SELECT origin, x FROM orders',
    ],
    [
      'drops the table before a column',
      'SELECT traffic.origin FROM traffic',
      'SELECT blob3 AS origin FROM plimsoll_traffic_v1',
    ],
    [
      'reads quoted names',
      'SELECT "origin" FROM `traffic`',
      'SELECT blob3 AS "origin" FROM plimsoll_traffic_v1',
    ],
    [
      'knows FROM and IN inside of a function',
      "SELECT extract(HOUR FROM timestamp) AS h, position('/' IN path) AS p FROM traffic",
      "SELECT extract(HOUR FROM timestamp) AS h, position('/' IN blob7) AS p FROM plimsoll_traffic_v1",
    ],
    [
      'takes words of SQL in any case',
      'select origin from traffic where status in (500, 503) limit all',
      'select blob3 AS origin from plimsoll_traffic_v1 where double1 in (500, 503) limit all',
    ],
    [
      'leaves strings and comments alone',
      "SELECT origin -- origin of traffic\nFROM traffic /* FROM traffic */ WHERE path = 'origin FROM traffic ''pool'",
      "SELECT blob3 AS origin -- origin of traffic\nFROM plimsoll_traffic_v1 /* FROM traffic */ WHERE blob7 = 'origin FROM traffic ''pool'",
    ],
    ['leaves what is no SELECT alone', 'SHOW TABLES', 'SHOW TABLES'],
    ['needs no table', "SELECT 'traffic' AS x, now()", "SELECT 'traffic' AS x, now()"],
  ])('%s', (_, logical, stored) => expect(translate(logical)).toBe(stored));

  it.each([
    [
      'SELECT orign FROM traffic',
      'line 1, column 8: unknown column `orign` in traffic: did you mean `origin`? There are sampled_by, ',
    ],
    ['SELECT rtt_ms FROM traffic', 'unknown column `rtt_ms` in traffic'],
    ['SELECT 1\nFROM trafic', 'line 2, column 6: unknown table `trafic`: did you mean `traffic`?'],
    ['SELECT count() n FROM traffic', '`n` is out of place: an alias needs AS before it'],
    ['SELECT other.origin FROM traffic', 'unknown table `other`'],
    ['SELECT x FROM (SELECT origin FROM traffic)', 'unknown column `x` in the subquery'],
    ['SELECT (origin FROM traffic', 'a `(` is not closed'],
    ['SELECT origin) FROM traffic', 'a `)` without its `(`'],
  ])('refuses %j with a reason', (sql, message) => expect(() => translate(sql)).toThrow(message));

  it('never changes the text of a string or a comment', () => {
    const words = fc.constantFrom(
      'origin',
      ' FROM ',
      'traffic',
      "''",
      "\\'",
      '"',
      '`',
      '--',
      '/*',
      '(',
      ')',
      ',',
      '\n',
      'é',
    );
    fc.assert(
      fc.property(fc.array(words), fc.array(words), (inside, comment) => {
        const string = `'${inside.join('')}'`;
        const block = `/*${comment.join('').replaceAll('*/', '')}*/`;
        expect(translate(`SELECT origin FROM traffic ${block} WHERE path = ${string}`)).toBe(
          `SELECT blob3 AS origin FROM plimsoll_traffic_v1 ${block} WHERE blob7 = ${string}`,
        );
      }),
    );
  });

  it('changes nothing when it is done twice', () => {
    const columns = fc.constantFrom(
      ...DATASETS.flatMap(({ logical, columns }) => Object.keys(columns).map((name) => [logical, name])),
    );
    fc.assert(
      fc.property(columns, ([table, column]) => {
        const once = translate(`SELECT ${column}, max(${column}) AS m FROM ${table} GROUP BY ${column}`);
        expect(translate(once)).toBe(once);
      }),
    );
  });

  it('has no column whose name is a word of SQL, which would never be translated', () => {
    const names = DATASETS.flatMap(({ columns }) => Object.keys(columns)).map((name) => name.toUpperCase());
    expect(names.filter((name) => KEYWORDS.has(name) || REFUSED_WORDS.has(name))).toEqual([]);
  });
});
