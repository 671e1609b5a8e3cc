import { describe, expect, it } from 'vitest';
import { operationsOf } from '../../../tools/bench/control/operations.ts';
import type { Measured } from '../../../tools/bench/control/scenario.ts';
import type { ControlResult } from '../../../tools/bench/control.ts';
import { controlFigures, controlTable } from '../../../tools/bench/control_table.ts';

const measured = (changes: Partial<Measured> = {}): Measured => ({
  quiet: {
    seconds: 30,
    requests: 900,
    operations: operationsOf((worker, kind) => (kind === 'kv_reads' && worker === 'selector' ? 7 : 2)),
  },
  verdict_to_last_request_s: 8,
  death_to_verdict_s: 4.25,
  death_to_last_request_s: 9.5,
  requests_to_dead_origin: 60,
  publish_to_last_old_s: 6.789,
  requests: 4_000,
  client_errors: 0,
  ...changes,
});

const options = { gateways: 20, centres: 4, rate: 3, seconds: 30, rev: '5be447b' as const };
const result = (after: Measured, before?: Measured): ControlResult => ({
  options,
  after,
  ...(before === undefined ? {} : { before }),
});

/** The cells of the row with this title. */
const row = (table: string, title: string) =>
  table
    .split('\n')
    .find((line) => line.includes(title))
    ?.split('│')
    .map((cell) => cell.trim())
    .slice(2, -1);

describe('controlFigures', () => {
  it('has operations per minute by Worker, beside the counted ones', () => {
    const { after, before } = controlFigures(result(measured()));
    expect(before).toBeNull();
    expect(after.requests_per_minute).toBe(1_800);
    expect(after.per_minute.selector).toMatchObject({ kv_reads: 14, kv_writes: 4 });
    expect(after.quiet.operations.selector.kv_reads).toBe(7);
  });
});

describe('controlTable', () => {
  it('has one column for each revision', () => {
    const table = controlTable(result(measured(), measured({ publish_to_last_old_s: 36 })));
    expect(row(table, 'before (5be447b)')).toEqual(['before (5be447b)', 'now']);
    expect(row(table, 'last old decision')).toEqual(['36', '6.8']);
    expect(row(table, 'KV reads')).toEqual(['22', '22']);
  });

  it('has one column without an older revision', () => {
    expect(row(controlTable(result(measured())), 'to its verdict')).toEqual(['4.3']);
  });

  it('says that a phase did not end', () => {
    const table = controlTable(result(measured({ verdict_to_last_request_s: null })));
    expect(row(table, 'from a verdict')).toEqual(['not in 180']);
    expect(table).toMatch(/missed\.$/);
  });

  it.each([
    ['met', {}],
    ['missed', { verdict_to_last_request_s: 10.1 }],
    ['missed', { publish_to_last_old_s: 10.1 }],
    ['missed', { client_errors: 1 }],
  ])('says that the aim was %s with %o', (word, changes) => {
    expect(controlTable(result(measured(changes)))).toContain(`: ${word}.`);
  });
});
