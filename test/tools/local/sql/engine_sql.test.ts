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
