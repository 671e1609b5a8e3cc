/**
 * The words of the grammar of Analytics Engine's SQL API, in capitals.
 * https://developers.cloudflare.com/analytics/analytics-engine/sql-reference/statements/, …/operators/, …/literals/
 */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT ALL OFFSET FORMAT AS ASC DESC DISTINCT AND OR NOT IN BETWEEN LIKE
  ILIKE IS NULL TRUE FALSE INTERVAL YEAR MONTH DAY HOUR MINUTE SECOND SHOW TABLES TIMEZONES TIMEZONE`.split(
    /\s+/,
  ),
);

/** The units of an interval. */
export const INTERVAL_UNITS: ReadonlySet<string> = new Set([
  'YEAR',
  'MONTH',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
]);

const ONE_TABLE = 'a query reads one table; ask once per table';
const GROUP = 'use GROUP BY, or a subquery in FROM';

/** Words of ClickHouse that production does not know, in capitals, each with its replacement. */
export const REFUSED_WORDS: ReadonlyMap<string, string> = new Map([
  ['JOIN', ONE_TABLE],
  ['UNION', ONE_TABLE],
  ['INTERSECT', ONE_TABLE],
  ['EXCEPT', ONE_TABLE],
  ['WITH', 'write a subquery in FROM'],
  ['CASE', 'write if(condition, a, b), nested if need be'],
  ['OVER', GROUP],
  ['WINDOW', GROUP],
  ['QUALIFY', GROUP],
  ['PREWHERE', 'write WHERE'],
  ['ROLLUP', GROUP],
  ['CUBE', GROUP],
  ['TOTALS', GROUP],
  ['SETTINGS', 'leave it out'],
  ['FINAL', 'leave it out'],
  ['SAMPLE', 'rows are sampled already: weigh by _sample_interval'],
  ['INTO', 'leave it out; `lb sql --csv` prints what a file can hold'],
]);
