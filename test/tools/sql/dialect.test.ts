import { describe, expect, it } from 'vitest';
import { refusals } from '../../../shared/analytics/sql/dialect.ts';
import { FUNCTIONS } from '../../../shared/analytics/sql/functions.ts';
import { describeRefusal } from '../../../shared/analytics/sql/refusal.ts';

describe('refusals', () => {
  it.each([
    ['SELECT a FROM t JOIN u', 'JOIN is not supported'],
    ['SELECT a FROM t, u', 'more than one table'],
    ['SELECT a FROM t AS u', 'FROM takes one table or subquery'],
    ['SELECT a FROM system.tables', 'FROM takes one table or subquery'],
    ["SELECT a FROM file('/etc/passwd')", 'function `file` is not supported'],
    ["SELECT file('/etc/passwd') AS file", 'function `file` is not supported'],
    ["SELECT 1 AS file, file('/etc/passwd') FROM t", 'function `file` is not supported'],
    ['SELECT uniq(a) AS uniq FROM t', 'function `uniq` is not supported'],
    ["SELECT `file`('/etc/passwd')", '`file` is called by a quoted name (write a function without quotes)'],
    ['SELECT "file"(\'/etc/passwd\')', 'is called by a quoted name'],
    ["SELECT system.file('/etc/passwd')", 'operator `.` is unknown'],
    ["SELECT a FROM format(JSONEachRow, 'x')", 'a function in place of a table'],
    ['SELECT a FROM count()', 'a function in place of a table'],
    ["SELECT a FROM (format(JSONEachRow, 'x'))", 'FROM takes the name of a table or a subquery'],
    ['SELECT a FROM (t)', 'FROM takes the name of a table or a subquery'],
    ["SELECT a FROM 'x'", 'FROM takes the name of a table or a subquery'],
    ['SELECT a FROM t WHERE a IN t', 'IN without a list'],
    ["SELECT a FROM t WHERE a IN file('x')", 'IN without a list'],
    ["SELECT ('file')('x')", 'a `(` after a `)` that closes no call'],
    ["SELECT 'file'('x')", "`(` after 'file'"],
    ["SELECT file(1)('x')", 'function `file` is not supported'],
    ['SELECT count() AS join FROM t join u ON 1', 'JOIN is not supported'],
    ["SELECT a AS into FROM t INTO OUTFILE 'x'", 'INTO is not supported'],
    ["SELECT 1 AS AS INTO OUTFILE 'x'", 'INTO is not supported'],
    ["SELECT 'a\u0000b'", 'a NUL character'],
    ['SHOW TABLES FROM system', 'SHOW takes nothing more'],
    ['SELECT t.a FROM t', 'operator `.` is unknown'],
    ['SELECT a FROM t UNION ALL SELECT b FROM u', 'UNION is not supported'],
    ['SELECT CASE WHEN a = 1 THEN 2 ELSE 3 END FROM t', 'CASE is not supported (write if('],
    ['SELECT multiIf(a = 1, 2, 3) FROM t', 'function `multiIf` is not supported (nest if('],
    ['WITH x AS (SELECT 1) SELECT * FROM x', 'WITH is not supported'],
    ['SELECT sum(a) OVER (PARTITION BY b) FROM t', 'OVER is not supported'],
    ['SELECT DISTINCT a FROM t', 'SELECT DISTINCT is not supported (use GROUP BY)'],
    ['SELECT uniq(a) FROM t', '(write count(DISTINCT x))'],
    ['SELECT quantileExactWeightd(0.5)(a, b) FROM t', 'the nearest that is: quantileExactWeighted'],
    ['SELECT now() - INTERVAL 1 HOUR', "the number of an interval must be quoted (write INTERVAL '1' …)"],
    ["SELECT now() - INTERVAL '1 HOUR'", 'the interval has no number or no unit'],
    ["SELECT now() - INTERVAL '1' WEEK", 'the interval has no number or no unit'],
    ['SELECT a FROM t FORMAT CSV', 'format `CSV` is unknown (use JSON, JSONEachRow, TabSeparated)'],
    ['SELECT a FROM t FORMAT json', 'format `json` is unknown'],
    ['SELECT a FROM t WHERE b IN (SELECT b FROM t)', 'a subquery can stand in FROM only'],
    ['SELECT a FROM t SETTINGS readonly = 0', 'SETTINGS is not supported'],
    ["SELECT a FROM t INTO OUTFILE '/tmp/x'", 'INTO is not supported'],
    ['SELECT a || b FROM t', 'operator `||` is unknown'],
    ['SELECT a::String FROM t', 'operator `::` is unknown'],
    ['SELECT [1, 2]', 'operator `[` is unknown'],
    ['SELECT 1; DROP TABLE t', 'a second statement'],
    ['INSERT INTO t VALUES (1)', '`INSERT` cannot begin a query (only SELECT and SHOW are accepted)'],
    ['DESCRIBE t', '`DESCRIBE` cannot begin a query'],
    ['SHOW DATABASES', 'only TABLES, TIMEZONES and TIMEZONE can be shown'],
    ["SELECT 'a", 'the string is not closed'],
    [`${'SELECT a FROM ('.repeat(9_999)}SELECT 1${')'.repeat(9_999)}`, 'a subquery more than 50 levels deep'],
    ['', 'an empty query'],
  ])('refuses %j', (sql, message) => {
    expect(refusals(sql).map(describeRefusal).join('\n')).toContain(message);
  });

  it.each([
    'SELECT 1',
    'SELECT 1;',
    'SHOW TABLES FORMAT JSON',
    "SELECT 'JOIN UNION multiIf(' AS text -- CASE\nFROM t /* WITH */",
    'SELECT a AS final, b AS sample FROM t ORDER BY final, sample',
    'SELECT a AS final FROM t GROUP BY b, final HAVING final > 1 AND (final < 3 OR NOT final = 2)',
    "SELECT position('a' IN b), if((a + 1) * (2) > 3 AND (b) = (c), (1), -(2)) FROM t WHERE (a) NOT IN ('x')",
    'SELECT COUNT(), SUM(a), NOW() FROM t',
    'SELECT QUANTILEEXACTWEIGHTED(0.5)(a, _sample_interval) FROM t',
    "SELECT format('{}', a) AS format FROM t FORMAT JSONEachRow",
    "SELECT a FROM t WHERE b NOT IN ('x') AND (c BETWEEN 1 AND 2 OR d NOT ILIKE '%e') LIMIT ALL OFFSET 5",
    'SELECT n FROM (SELECT count(DISTINCT a) AS n FROM t GROUP BY b HAVING n > 1)',
    "SELECT toStartOfInterval(timestamp, INTERVAL '5' MINUTE) AS m FROM t WHERE timestamp > now() - INTERVAL '1' DAY GROUP BY m",
  ])('accepts %j', (sql) => expect(refusals(sql)).toEqual([]));

  it('accepts each function of the reference, in any case', () => {
    for (const name of FUNCTIONS.values()) {
      expect(refusals(`SELECT ${name}(1)`)).toEqual([]);
      expect(refusals(`SELECT ${name.toUpperCase()}(1)`)).toEqual([]);
    }
  });

  it('finds every refusal, with its place, in the order of the text', () => {
    const found = refusals('SELECT multiIf(1, 2, 3)\nFROM a JOIN b');
    expect(found.map(({ line, column, offset }) => ({ line, column, offset }))).toEqual([
      { line: 1, column: 8, offset: 7 },
      { line: 2, column: 8, offset: 31 },
    ]);
  });
});
