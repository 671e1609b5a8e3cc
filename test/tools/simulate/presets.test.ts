import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../tools/simulate/presets/index.ts';
import { difference, holds, type Row } from '../../../tools/simulate/presets/preset.ts';
import { runPreset } from '../../../tools/simulate/run_preset.ts';

// A quarter of the requests: the confidence intervals that the rows carry widen by themselves, to about twice. Loads
// above 0.7 are left out, for whose queues the batches would be too short. Seeded, so that a row fails when the code
// changes its figure and never by chance.
const QUICK = true;

describe('presets', () => {
  it.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    '%s comes to the known figures',
    (_name, preset) => {
      const { rows } = runPreset(preset, QUICK);
      const failed = rows
        .filter((row) => !holds(row))
        .map((row) => ({ ...row, difference: difference(row) }));
      expect(failed).toEqual([]);
      expect(rows.length).toBeGreaterThan(3);
    },
  );
});

describe('holds', () => {
  const row: Row = {
    what: '',
    ours: 11,
    known: 10,
    source: '',
    relation: 'equal',
    tolerance: 1,
    because: '',
  };

  it('allows a difference up to the tolerance, either way', () => {
    expect(holds(row)).toBe(true);
    expect(holds({ ...row, ours: 9 })).toBe(true);
    expect(holds({ ...row, ours: 11.01 })).toBe(false);
    expect(holds({ ...row, ours: 8.99 })).toBe(false);
  });

  it('allows anything less where the known figure is a bound', () => {
    expect(holds({ ...row, ours: 1, relation: 'at most' })).toBe(true);
    expect(holds({ ...row, ours: 11.01, relation: 'at most' })).toBe(false);
  });

  it('allows anything more where it is the least possible', () => {
    expect(holds({ ...row, ours: 99, relation: 'at least' })).toBe(true);
    expect(holds({ ...row, ours: 8.99, relation: 'at least' })).toBe(false);
  });

  it('does not hold where there is no figure, or no tolerance', () => {
    expect(holds({ ...row, ours: Number.NaN })).toBe(false);
    expect(holds({ ...row, tolerance: Number.NaN })).toBe(false);
  });
});
