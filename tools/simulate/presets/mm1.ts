import { mg1, mm1, mm1Quantile } from '../closed_form.ts';
import type { Preset, Row } from './preset.ts';
import { casesFor, MANY_ISOLATES, meanRow, queues } from './queues.ts';

const CASES = [
  { load: 0.5, requests: 200_000 },
  { load: 0.7, requests: 400_000 },
  { load: 0.9, requests: 1_500_000 },
];
const FIXED = [
  { load: 0.7, requests: 200_000 },
  { load: 0.9, requests: 600_000 },
];
const SERVERS = 10;

/** With random choice by many isolates, every origin is an independent queue. */
export const mm1_preset: Preset = {
  name: 'mm1',
  title: 'random choice: every origin is M/M/1',
  run({ measure, quick }) {
    const rows: Row[] = [];
    for (const { load, requests } of casesFor(quick, CASES)) {
      const scenario = queues({ servers: SERVERS, load, requests }, { isolates: MANY_ISOLATES });
      const figures = measure(scenario, { policy: 'random' });
      const known = mm1Quantile(load, 0.99);
      rows.push(meanRow(`random, load ${load}, mean`, figures, mm1(load), 'M/M/1'), {
        what: `random, load ${load}, p99`,
        ours: figures.p99_ms,
        known,
        source: 'M/M/1',
        relation: 'equal',
        tolerance: figures.p99_error_ms ?? Number.NaN,
        because: `CI ${(((figures.p99_error_ms ?? Number.NaN) / known) * 100).toFixed(1)} %`,
      });
    }
    for (const { load, requests } of casesFor(quick, FIXED)) {
      const exponential = queues({ servers: SERVERS, load, requests }, { isolates: MANY_ISOLATES });
      const origins = exponential.origins.map((origin) => ({ ...origin, service: { fixed_ms: 1 } }));
      const figures = measure({ ...exponential, origins }, { policy: 'random' });
      rows.push(meanRow(`random, load ${load}, service fixed, mean`, figures, mg1(load, 0), 'M/D/1'));
    }
    return rows;
  },
};
