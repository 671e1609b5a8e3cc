import { describe, expect, it } from 'vitest';
import { engineSql } from '../../../../tools/local/sql/engine_sql.ts';

describe('engineSql', () => {
  it.each([
    ['SELECT COUNT(), NOW() FROM t', 'SELECT count(), now() FROM `t`'],
    ['SELECT QUANTILEEXACTWEIGHTED(0.5)(a, b)', 'SELECT quantileExactWeighted(0.5)(`a`, `b`)'],
    [
      'SELECT quantileWeighted(0.5, if(a, b, c), w)',
      'SELECT quantileExactWeighted(0.5)( if(`a`, `b`, `c`), `w`)',
    ],
    [
      'SELECT round(quantileWeighted(0.5, a, w), 2)',
      'SELECT round(quantileExactWeighted(0.5)( `a`, `w`), 2)',
    ],
    [
      "SELECT length(a), toLower(b), substring('length(', 1)",
      "SELECT lengthUTF8(`a`), lowerUTF8(`b`), substringUTF8('length(', 1)",
    ],
    ['SELECT toStartOfWeek(timestamp)', 'SELECT toMonday(`timestamp`)'],
    ['SELECT a FROM t LIMIT ALL', 'SELECT `a` FROM `t`  '],
    [
      'SELECT a FROM (SELECT Sum(b) AS a FROM t LIMIT ALL) LIMIT 5;',
      'SELECT `a` FROM (SELECT sum(`b`) AS `a` FROM `t`  ) LIMIT 5',
    ],
    ['SHOW TABLES', 'SHOW TABLES'],
    ['SHOW TABLES FROM system', 'SHOW TABLES'],
    ['SHOW TIMEZONE', "SELECT 'Etc/UTC' AS timezone"],
  ])('%s', (sql, expected) => expect(engineSql(sql)).toEqual({ sql: expected, format: 'JSON' }));

  it('lets quantiles of the same values share a table, if each has a name', () => {
    const rewritten = (list: string) => engineSql(`SELECT ${list} FROM t GROUP BY g`).sql;
    expect(
      rewritten('quantileExactWeighted(0.5)(x, w) AS a, QuantileExactWeighted(0.99)(x,w) AS b, sum(x) AS c'),
    ).toBe(
      'SELECT quantilesExactWeighted(0.5, 0.99)(`x`, `w`)[1] AS `a`, ' +
        'quantilesExactWeighted(0.5, 0.99)(`x`,`w`)[2] AS `b`, sum(`x`) AS `c` FROM `t` GROUP BY `g`',
    );
    const pair = 'quantileExactWeighted(0.5)(x, w) AS a, quantileExactWeighted(0.9)(x, w) AS b';
    expect(engineSql(`SELECT ${pair} FROM t`).sql).not.toContain('quantiles');
    for (const alone of [
      'quantileExactWeighted(0.5)(x, w) AS a, quantileExactWeighted(0.9)(y, w) AS b',
      'quantileExactWeighted(0.5)(x, w), quantileExactWeighted(0.9)(x, w)',
      'quantileExactWeighted(0.5)(x / y, w) AS a, quantileExactWeighted(0.9)(x / y, w) AS b',
      'quantileExactWeighted(0.5)(x, w) + f(y, w) AS a, quantileExactWeighted(0.9)(x, w) + f(y, w) AS b',
    ])
      expect(rewritten(alone)).not.toContain('quantiles');
  });

  it.each([
    ['SELECT a AS into FROM t', 'SELECT `a` AS `into` FROM `t`'],
    ["SELECT as INTO OUTFILE 'x'", "SELECT as `INTO` `OUTFILE` 'x'"],
    ['SELECT a AS limit FROM t', 'SELECT `a` AS `limit` FROM `t`'],
    ['SELECT "a\\"b" FROM t', 'SELECT `a"b` FROM `t`'],
    ['SELECT `a``b\\\\` FROM t', 'SELECT `a\\`b\\\\` FROM `t`'],
  ])('lets %s hold names only', (sql, expected) => expect(engineSql(sql).sql).toBe(expected));

  it('turns comments and white space into spaces, and keeps line breaks', () => {
    expect(engineSql('SELECT/* file( */\u00a0a -- b(\n# c\n\tFROM t').sql).toBe(
      'SELECT  `a`  \n \n FROM `t`',
    );
  });

  it('removes the format and nothing else', () => {
    expect(engineSql("SELECT format('{}', a) AS format FROM t FORMAT JSONEachRow")).toEqual({
      sql: "SELECT format('{}', `a`) AS `format` FROM `t`  ",
      format: 'JSONEachRow',
    });
  });
});
