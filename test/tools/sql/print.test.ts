import { describe, expect, it } from 'vitest';
import { printCsv, printJson, printTable } from '../../../tools/sql/print.ts';

const result = {
  meta: [
    { name: 'origin', type: 'String' },
    { name: 'n', type: 'UInt64' },
    { name: 'p95', type: 'Float64' },
  ],
  data: [
    { origin: 'a,"b"', n: '12345', p95: 123.456 },
    { origin: 'c\u001b[2J', n: '7', p95: 0.12345 },
  ],
  rows: 2,
};

describe('printing a result', () => {
  it('prints a table with rounded numbers, aligned right, and no control characters', () => {
    expect(printTable(result)).toBe(
      [' origin       n      p95', ' a,"b"    12345      123', ' c\ufffd[2J        7   0.1235'].join('\n'),
    );
  });

  it('prints JSON with numbers in full', () => {
    expect(JSON.parse(printJson(result))).toEqual([
      { origin: 'a,"b"', n: 12345, p95: 123.456 },
      { origin: 'c\u001b[2J', n: 7, p95: 0.12345 },
    ]);
  });

  it('prints CSV with quotes where needed', () => {
    expect(printCsv(result)).toBe('origin,n,p95\r\n"a,""b""",12345,123.456\r\nc\u001b[2J,7,0.12345');
  });

  it('prints no formula for a spreadsheet, and numbers as they are', () => {
    const meta = [
      { name: 'path', type: 'String' },
      { name: 'n', type: 'Int32' },
    ];
    expect(printCsv({ meta, data: [{ path: '-1+cmd', n: -1 }], rows: 1 })).toBe("path,n\r\n'-1+cmd,-1");
  });

  it('prints no character that turns the direction of a table', () => {
    const meta = [{ name: 'path', type: 'String' }];
    expect(printTable({ meta, data: [{ path: 'a\u202eb' }], rows: 1 })).toContain('a\ufffdb');
  });

  it('keeps a number that a double cannot hold as text', () => {
    const big = { meta: [{ name: 'n', type: 'UInt64' }], data: [{ n: '18446744073709551615' }], rows: 1 };
    expect(JSON.parse(printJson(big))).toEqual([{ n: '18446744073709551615' }]);
  });

  it('prints `no rows` if there are none', () => {
    expect(printTable({ ...result, data: [], rows: 0 })).toBe('no rows');
  });
});
