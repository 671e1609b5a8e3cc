import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../tools/simulate/presets/index.ts';
import { difference, holds, type Row } from '../../../tools/simulate/presets/preset.ts';
import { runPreset } from '../../../tools/simulate/run_preset.ts';

// The presets run with a quarter of the requests, which makes the confidence intervals about twice as wide. Loads above 0.7
// are left out, because the batches would be too short for their queues. Seeds are fixed, so a row fails when code changes
// its figure, and never by chance.
const QUICK = true;

describe('presets', () => {
  it.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    '%s matches the known figures',
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

  it('allows a difference up to the tolerance in both directions', () => {
    expect(holds(row)).toBe(true);
    expect(holds({ ...row, ours: 9 })).toBe(true);
    expect(holds({ ...row, ours: 11.01 })).toBe(false);
    expect(holds({ ...row, ours: 8.99 })).toBe(false);
  });

  it('allows any lower figure if the known one is an upper bound', () => {
    expect(holds({ ...row, ours: 1, relation: 'at most' })).toBe(true);
    expect(holds({ ...row, ours: 11.01, relation: 'at most' })).toBe(false);
  });

  it('allows any higher figure if the known one is a lower bound', () => {
    expect(holds({ ...row, ours: 99, relation: 'at least' })).toBe(true);
    expect(holds({ ...row, ours: 8.99, relation: 'at least' })).toBe(false);
  });

  it('is false without a figure or a tolerance', () => {
    expect(holds({ ...row, ours: Number.NaN })).toBe(false);
    expect(holds({ ...row, tolerance: Number.NaN })).toBe(false);
  });
});
