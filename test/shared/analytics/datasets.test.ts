import { describe, expect, it } from 'vitest';
import { DATASETS, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { TRAFFIC_V1 } from '../../../shared/analytics/traffic_v1.ts';

describe.each([...Object.values(DATASETS), TRAFFIC_V1])('$table', ({ columns }) => {
  const stored: string[] = Object.values(columns);

  it('gives every name a place of its own within one index, 20 texts and 20 numbers', () => {
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored.filter((column) => column === 'index1')).toHaveLength(1);
    for (const column of stored)
      if (column !== 'index1') expect(column).toMatch(/^(blob|double)([1-9]|1[0-9]|20)(\.[12])?$/);
  });

  it('lists both columns of a shared text, the first one first', () => {
    const shared = stored.filter((column) => column.includes('.'));
    expect(shared).toEqual(
      shared.flatMap((column) => (column.endsWith('.1') ? [column, column.replace('.1', '.2')] : [])),
    );
    for (const column of shared) expect(stored).not.toContain(column.split('.')[0]);
  });
});

describe('plimsoll_traffic_v1', () => {
  it('stores the columns that the console reads in the places of the newest version', () => {
    for (const name of [
      'balancer',
      'pool',
      'origin',
      'strategy',
      'shadow_strategy',
      'outcome',
      'status',
      'total_ms',
    ])
      expect(TRAFFIC_V1.columns[name]).toBe(TRAFFIC.columns[name as keyof typeof TRAFFIC.columns]);
  });
});
