import { is, tokenize } from './tokens.ts';

/** The span of `{since}` without `--since`. */
export const DEFAULT_SINCE = '1h';

/** A time span: a number and `s`, `m`, `h` or `d`. */
export const SPAN = /^([1-9][0-9]{0,5})([smhd])$/;

const UNITS: Readonly<Record<string, string>> = { s: 'SECOND', m: 'MINUTE', h: 'HOUR', d: 'DAY' };

/**
 * A lower bound of time in production's dialect: `15m` -> `timestamp > now() - INTERVAL '15' MINUTE`.
 * @param since see {@link SPAN}
 * @throws RangeError for anything else
 */
export function sinceCondition(since: string): string {
  const [, amount, letter = ''] = SPAN.exec(since) ?? [];
  if (amount === undefined)
    throw new RangeError(`\`${since}\` is not a time span: write for example 90s, 15m, 1h or 7d`);
  return `timestamp > now() - INTERVAL '${amount}' ${UNITS[letter]}`;
}

/**
 * Replaces `{since}` in a query by a lower bound of time, outside strings and comments.
 * @returns the query, and how many `{since}` it had
 */
export function bindSince(sql: string, since: string): { sql: string; places: number } {
  const condition = sinceCondition(since);
  const tokens = tokenize(sql);
  let bound = '';
  let places = 0;
  for (let index = 0; index < tokens.length; index++) {
    const [open, word, close] = tokens.slice(index, index + 3);
    if (is(open, '{') && word?.text === 'since' && is(close, '}')) {
      bound += condition;
      places++;
      index += 2;
    } else bound += open?.text ?? '';
  }
  return { sql: bound, places };
}
