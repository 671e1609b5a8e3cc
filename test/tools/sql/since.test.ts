import { describe, expect, it } from 'vitest';
import { bindSince } from '../../../shared/analytics/sql/since.ts';

describe('bindSince', () => {
  it.each([
    ['90s', "INTERVAL '90' SECOND"],
    ['15m', "INTERVAL '15' MINUTE"],
    ['1h', "INTERVAL '1' HOUR"],
    ['7d', "INTERVAL '7' DAY"],
  ])('reads %s', (since, interval) => {
    expect(bindSince('SELECT 1 WHERE {since}', since)).toEqual({
      sql: `SELECT 1 WHERE timestamp > now() - ${interval}`,
      places: 1,
    });
  });

  it('replaces nothing in strings and comments, and counts the places', () => {
    const sql = "SELECT '{since}' -- {since}";
    expect(bindSince(sql, '1h')).toEqual({ sql, places: 0 });
  });

  it.each(['', '1', 'h', '0h', '-1h', '1 h', "1'h", '1w', '9999999h'])('refuses %j', (since) => {
    expect(() => bindSince('SELECT 1', since)).toThrow('is not a time span');
  });
});
