import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATASETS, TRAFFIC_WEIGHT } from '../../../shared/analytics/datasets.ts';
import { refusals } from '../../../shared/analytics/sql/dialect.ts';
import { KEYWORDS, REFUSED_WORDS } from '../../../shared/analytics/sql/keywords.ts';
import { translate, translations } from '../../../shared/analytics/sql/translate.ts';

describe('translate', () => {
  it.each([
    ['names the table', 'SELECT count() FROM traffic', 'SELECT count() FROM plimsoll_traffic_v2'],
    [
      'keeps the name of a bare column as an alias',
      'SELECT origin FROM traffic',
      'SELECT blob3 AS origin FROM plimsoll_traffic_v2',
    ],
    [
      'uses the columns of the dataset that is read',
      'SELECT origin, state FROM health',
      'SELECT index1 AS origin, blob4 AS state FROM plimsoll_health_v1',
    ],
    [
      'translates in every clause',
      "SELECT origin, count() AS n FROM traffic WHERE pool = 'a' GROUP BY origin HAVING max(total_ms) > 1 ORDER BY origin, n DESC LIMIT 5",
      "SELECT blob3 AS origin, count() AS n FROM plimsoll_traffic_v2 WHERE blob2 = 'a' GROUP BY blob3 HAVING max(double3) > 1 ORDER BY blob3, n DESC LIMIT 5",
    ],
    [
      'keeps an alias of the query',
      'SELECT origin AS server FROM traffic GROUP BY server',
      'SELECT blob3 AS server FROM plimsoll_traffic_v2 GROUP BY server',
    ],
    [
      'reads a name that is alias and column as the alias in GROUP BY and ORDER BY, and as the column elsewhere',
      "SELECT lower(origin) AS origin FROM traffic WHERE origin != '' GROUP BY origin ORDER BY origin",
      "SELECT lower(blob3) AS origin FROM plimsoll_traffic_v2 WHERE blob3 != '' GROUP BY origin ORDER BY origin",
    ],
    [
      'reads it as the column inside an aggregate, because an aggregate cannot be aggregated again',
      'SELECT sum(total_ms) AS total_ms FROM traffic HAVING max(total_ms) > 5 AND total_ms > 9',
      'SELECT sum(double3) AS total_ms FROM plimsoll_traffic_v2 HAVING max(double3) > 5 AND total_ms > 9',
    ],
    [
      'translates both arguments of a parametric aggregate',
      'SELECT quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95 FROM traffic',
      `SELECT quantileExactWeighted(0.95)(double3, ${TRAFFIC_WEIGHT}) AS p95 FROM plimsoll_traffic_v2`,
    ],
    [
      'reads the number of requests that a row of `traffic` stands for, also as a column',
      'SELECT _sample_interval, sum(_sample_interval) AS n FROM traffic GROUP BY _sample_interval',
      `SELECT ${TRAFFIC_WEIGHT} AS row_requests, sum(${TRAFFIC_WEIGHT}) AS n FROM plimsoll_traffic_v2 GROUP BY ${TRAFFIC_WEIGHT}`,
    ],
    [
      'leaves the weight of rows to a query that names the stored table, and to other datasets',
      'SELECT sum(_sample_interval) AS n FROM plimsoll_health_v1',
      'SELECT sum(_sample_interval) AS n FROM plimsoll_health_v1',
    ],
    [
      'translates a subquery, and keeps its names in the query around it',
      'SELECT origin, n FROM (SELECT origin, count() AS n FROM traffic GROUP BY origin) WHERE n > 1',
      'SELECT origin, n FROM (SELECT blob3 AS origin, count() AS n FROM plimsoll_traffic_v2 GROUP BY blob3) WHERE n > 1',
    ],
    [
      'finds columns through a subquery of *',
      'SELECT origin FROM (SELECT * FROM traffic)',
      'SELECT blob3 AS origin FROM (SELECT * FROM plimsoll_traffic_v2)',
    ],
    [
      'keeps stored names and the columns of the platform',
      'SELECT timestamp, _sample_interval, blob20, double1, index1, dataset FROM plimsoll_traffic_v2',
      'SELECT timestamp, _sample_interval, blob20, double1, index1, dataset FROM plimsoll_traffic_v2',
    ],
    [
      'translates columns of a table that has its stored name',
      'SELECT origin FROM plimsoll_traffic_v2',
      'SELECT blob3 AS origin FROM plimsoll_traffic_v2',
    ],
    [
      'changes nothing in a query of another dataset',
      'SELECT origin, x FROM orders',
      'SELECT origin, x FROM orders',
    ],
    [
      'removes the table before a column',
      'SELECT traffic.origin FROM traffic',
      'SELECT blob3 AS origin FROM plimsoll_traffic_v2',
    ],
    [
      'reads quoted names',
      'SELECT "origin" FROM `traffic`',
      'SELECT blob3 AS "origin" FROM plimsoll_traffic_v2',
    ],
    [
      'understands FROM and IN inside a function',
      "SELECT extract(HOUR FROM timestamp) AS h, position('/' IN path) AS p FROM traffic",
      "SELECT extract(HOUR FROM timestamp) AS h, position('/' IN substring(blob7, position(' ' IN blob7) + 1)) AS p FROM plimsoll_traffic_v2",
    ],
    [
      'accepts words of SQL in any case',
      'select origin from traffic where status in (500, 503) limit all',
      'select blob3 AS origin from plimsoll_traffic_v2 where double1 in (500, 503) limit all',
    ],
    [
      'changes nothing in strings and comments',
      "SELECT origin -- origin of traffic\nFROM traffic /* FROM traffic */ WHERE path = 'origin FROM traffic ''pool'",
      "SELECT blob3 AS origin -- origin of traffic\nFROM plimsoll_traffic_v2 /* FROM traffic */ WHERE substring(blob7, position(' ' IN blob7) + 1) = 'origin FROM traffic ''pool'",
    ],
    [
      'splits a text that holds two columns',
      "SELECT decision, variant FROM traffic WHERE decision = 'kept' GROUP BY decision, variant",
      "SELECT substring(blob5, 1, position(' ' IN blob5) - 1) AS decision, substring(blob5, position(' ' IN blob5) + 1) AS variant FROM plimsoll_traffic_v2 WHERE substring(blob5, 1, position(' ' IN blob5) - 1) = 'kept' GROUP BY substring(blob5, 1, position(' ' IN blob5) - 1), substring(blob5, position(' ' IN blob5) + 1)",
    ],
    [
      'translates columns of an older version that has its stored name',
      'SELECT variant, max(total_ms) AS ms FROM plimsoll_traffic_v1 GROUP BY variant',
      'SELECT blob17 AS variant, max(double3) AS ms FROM plimsoll_traffic_v1 GROUP BY blob17',
    ],
    ['changes nothing that is not a SELECT', 'SHOW TABLES', 'SHOW TABLES'],
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
        expect(translate(`SELECT origin FROM traffic ${block} WHERE outcome = ${string}`)).toBe(
          `SELECT blob3 AS origin FROM plimsoll_traffic_v2 ${block} WHERE blob8 = ${string}`,
        );
      }),
    );
  });

  it('changes nothing the second time', () => {
    const columns = fc.constantFrom(
      ...Object.entries(DATASETS).flatMap(([logical, { columns }]) =>
        Object.keys(columns).map((name) => [logical, name]),
      ),
    );
    fc.assert(
      fc.property(columns, ([table, column]) => {
        const once = translate(`SELECT ${column}, max(${column}) AS m FROM ${table} GROUP BY ${column}`);
        expect(translate(once)).toBe(once);
      }),
    );
  });

  it('has no column whose name is a word of SQL, which would never be translated', () => {
    const names = Object.values(DATASETS)
      .flatMap(({ columns }) => Object.keys(columns))
      .map((name) => name.toUpperCase());
    expect(names.filter((name) => KEYWORDS.has(name) || REFUSED_WORDS.has(name))).toEqual([]);
  });
});

describe('translations', () => {
  it('holds one query per stored version of the dataset, the newest first', () => {
    expect(translations('SELECT variant FROM (SELECT * FROM traffic)')).toEqual([
      {
        table: 'plimsoll_traffic_v2',
        sql: "SELECT substring(blob5, position(' ' IN blob5) + 1) AS variant FROM (SELECT * FROM plimsoll_traffic_v2)",
      },
      {
        table: 'plimsoll_traffic_v1',
        sql: 'SELECT blob17 AS variant FROM (SELECT * FROM plimsoll_traffic_v1)',
      },
    ]);
  });

  it.each([
    'SELECT state FROM health',
    'SELECT origin FROM plimsoll_traffic_v1',
    'SELECT x FROM orders',
    'SHOW TABLES',
  ])('holds one query if there is one version or the query names it: %s', (sql) =>
    expect(translations(sql)).toHaveLength(1),
  );

  it.each([
    ["decision = 'fallback'", "= 'failover_order'"],
    ["decision != 'fallback'", "!= 'failover_order'"],
    ["'fallback' = decision", "'failover_order' ="],
    ["decision IN ('kept', 'fallback')", "IN ('kept', 'failover_order')"],
    ["decision NOT IN ('fallback')", "NOT IN ('failover_order')"],
    ["decision LIKE 'fallback'", "LIKE 'failover_order'"],
    ["decision = 'failover_order'", "= 'failover_order'"],
  ])('reads %s with the new name', (condition, read) => {
    const all = translations(`SELECT sum(if(${condition}, 1, 0)) AS n FROM traffic WHERE ${condition}`);
    for (const { sql } of all) expect(sql.split(read)).toHaveLength(3);
    expect(all[1]?.sql).toContain('WHERE ');
    expect(all[1]?.sql).toContain("if(blob5 = 'fallback', 'failover_order', blob5)");
  });

  it("keeps 'fallback' as the value of another column", () => {
    for (const condition of ["pool = 'fallback'", "pool IN ('fallback')", "path LIKE 'fallback'"])
      for (const { sql } of translations(
        `SELECT decision FROM traffic WHERE decision = 'kept' AND ${condition}`,
      ))
        expect(sql).toContain(condition.slice(condition.indexOf("'fallback'")));
  });

  it('stays in the dialect of production for every column of every version', () => {
    for (const [logical, { columns }] of Object.entries(DATASETS))
      for (const name of Object.keys(columns)) {
        const sql = `SELECT ${name}, max(${name}) AS m FROM ${logical} GROUP BY ${name} ORDER BY ${name}`;
        for (const translated of translations(sql)) expect(refusals(translated.sql)).toEqual([]);
      }
  });
});
