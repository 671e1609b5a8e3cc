import { describe, expect, it } from 'vitest';
import { TRAFFIC_WEIGHT } from '../../../shared/analytics/datasets.ts';
import { logicalHeadings } from '../../../tools/sql/headings.ts';

const result = {
  meta: [
    { name: 'origin', type: 'String' },
    { name: 'max(double3)', type: 'Float64' },
    { name: 'double3', type: 'Float64' },
  ],
  data: [{ origin: 'p/a', 'max(double3)': 7, double3: 1 }],
  rows: 1,
};

describe('logicalHeadings', () => {
  it('names columns inside expressions, and keeps a stored name that the query used', () => {
    const named = logicalHeadings(result, 'SELECT … FROM plimsoll_traffic_v2');
    expect(named.meta.map(({ name }) => name)).toEqual(['origin', 'max(total_ms)', 'double3']);
    expect(named.data).toEqual([{ origin: 'p/a', 'max(total_ms)': 7, double3: 1 }]);
  });

  it.each([
    ["max(substringUTF8(blob7, plus(position(blob7, ' '), 1)))", 'plimsoll_traffic_v2', 'max(path)'],
    ["max(substring(blob7, 1, position(' ' IN blob7) - 1))", 'plimsoll_traffic_v2', 'max(method)'],
    ["max(if(equals(blob5, 'fallback'), 'failover_order', blob5))", 'plimsoll_traffic_v1', 'max(decision)'],
    ['max(blob7)', 'plimsoll_traffic_v1', 'max(path)'],
    [`sum(${TRAFFIC_WEIGHT})`, 'plimsoll_traffic_v2', 'sum(_sample_interval)'],
    [
      'sum(multiply(_sample_interval, toUInt32(if(greater(double13, 0), double13, 1))))',
      'plimsoll_traffic_v2',
      'sum(_sample_interval)',
    ],
    ['row_requests', 'plimsoll_traffic_v2', '_sample_interval'],
  ])('finds the column in %s of %s', (name, table, heading) => {
    const { meta } = logicalHeadings(
      { meta: [{ name, type: 'String' }], data: [], rows: 0 },
      `SELECT … FROM ${table}`,
    );
    expect(meta[0]?.name).toBe(heading);
  });

  it('takes the names of the dataset that was read', () => {
    const named = logicalHeadings(
      { ...result, meta: [{ name: 'max(double1)', type: 'Float64' }], data: [] },
      'SELECT max(double1) FROM plimsoll_health_v1',
    );
    expect(named.meta[0]?.name).toBe('max(rtt_ms)');
  });

  it('keeps the headings of a table that it does not know', () => {
    expect(logicalHeadings(result, 'SELECT 1 FROM other')).toBe(result);
  });
});
