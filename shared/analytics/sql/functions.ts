// The functions of Analytics Engine's SQL API, in the order of the pages of
// https://developers.cloudflare.com/analytics/analytics-engine/sql-reference/ (read in November 2026).
// Production accepts them in any case. ClickHouse does not, so the local engine gets the spelling of this table.

/** Aggregates: `aggregate-functions`. */
export const AGGREGATES = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'quantileExactWeighted',
  'quantileWeighted',
  'argMax',
  'argMin',
  'first_value',
  'last_value',
  'topK',
  'topKWeighted',
  'countIf',
  'sumIf',
  'avgIf',
] as const;

const SCALARS = [
  // bit-functions
  'bitAnd',
  'bitCount',
  'bitHammingDistance',
  'bitNot',
  'bitOr',
  'bitRotateLeft',
  'bitRotateRight',
  'bitShiftLeft',
  'bitShiftRight',
  'bitTest',
  'bitXor',
  // conditional-functions
  'if',
  // date-time-functions
  'formatDateTime',
  'now',
  'today',
  'toDateTime',
  'toYear',
  'toMonth',
  'toDayOfWeek',
  'toDayOfMonth',
  'toHour',
  'toMinute',
  'toSecond',
  'toUnixTimestamp',
  'toStartOfInterval',
  'toStartOfYear',
  'toStartOfMonth',
  'toStartOfWeek',
  'toStartOfDay',
  'toStartOfHour',
  'toStartOfFifteenMinutes',
  'toStartOfTenMinutes',
  'toStartOfFiveMinutes',
  'toStartOfMinute',
  'toYYYYMM',
  // encoding-functions
  'bin',
  'hex',
  // mathematical-functions
  'intDiv',
  'log',
  'ln',
  'pow',
  'round',
  'floor',
  'ceil',
  // string-functions
  'length',
  'empty',
  'lower',
  'lowerUTF8',
  'toLower',
  'upper',
  'upperUTF8',
  'toUpper',
  'startsWith',
  'endsWith',
  'position',
  'substring',
  'format',
  'extract',
  // type-conversion-functions
  'toUInt8',
  'toUInt32',
] as const;

/** Lower-case name -> the spelling of the reference. */
export const FUNCTIONS: ReadonlyMap<string, string> = new Map(
  [...AGGREGATES, ...SCALARS].map((name) => [name.toLowerCase(), name]),
);

const aggregates: ReadonlySet<string> = new Set(AGGREGATES.map((name) => name.toLowerCase()));

/** Whether a function of this name, in any case, aggregates rows. */
export function isAggregate(name: string): boolean {
  return aggregates.has(name.toLowerCase());
}
