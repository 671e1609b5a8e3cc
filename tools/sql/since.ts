import { is, tokenize } from './tokens.ts';

/** What `{since}` means when nothing is said. */
export const DEFAULT_SINCE = '1h';

const UNITS: Readonly<Record<string, string>> = { s: 'SECOND', m: 'MINUTE', h: 'HOUR', d: 'DAY' };

/**
 * A lower bound of time in production's dialect: `15m` -> `timestamp > now() - INTERVAL '15' MINUTE`.
 * @param since A number and `s`, `m`, `h` or `d`.
 * @throws RangeError for anything else.
 */
export function sinceCondition(since: string): string {
  const [, amount, letter = ''] = /^([1-9][0-9]{0,5})([smhd])$/.exec(since) ?? [];
  if (amount === undefined)
    throw new RangeError(`\`${since}\` is no time span: write for example 90s, 15m, 1h or 7d`);
  return `timestamp > now() - INTERVAL '${amount}' ${UNITS[letter]}`;
}

/**
 * Puts a time bound where a query says `{since}`, outside of strings and comments.
 * @returns The query and how many places there were.
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
