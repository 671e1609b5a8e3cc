import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../../shared/analytics/datasets.ts';

describe('the datasets', () => {
  it.each(DATASETS)(
    '$logical stores no two names in one column, leaves no gap, and stays in 20 + 20',
    ({ columns }) => {
      const stored = Object.values(columns);
      const blobs = stored.filter((column) => column.startsWith('blob'));
      const doubles = stored.filter((column) => column.startsWith('double'));
      expect(stored.filter((column) => column === 'index1')).toHaveLength(1);
      expect(blobs.length).toBeLessThanOrEqual(20);
      expect(doubles.length).toBeLessThanOrEqual(20);
      expect(new Set(stored)).toEqual(
        new Set([
          'index1',
          ...blobs.map((_, index) => `blob${index + 1}`),
          ...doubles.map((_, index) => `double${index + 1}`),
        ]),
      );
    },
  );
});
