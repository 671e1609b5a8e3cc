import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';
import { exposition } from '../../../workers/console/metrics/family.ts';
import { statusMetrics } from '../../../workers/console/metrics/status_metrics.ts';
import { originStatus, poolStatus, statusOf } from '../../support/status.ts';

// The metrics and the example alerts, held against Prometheus's own tool.

const HAS_PROMTOOL = spawnSync('promtool', ['--version']).status === 0;
const PUBLISHED = { published: true, version: 7, hash: 'h', published_at: '', error: null, outside: null };
const ejection = { isolates: 2, until: '', reason: 'failure_percent' };
const status = statusOf([poolStatus('eu', [originStatus('eu/a"\\', { ejection }), originStatus('eu/b')])]);
const families = statusMetrics(
  { ...status, health: { version: 1, published_at: '', age_ms: 4_200, stale: false } },
  PUBLISHED,
);
const ALERTS = inRoot('alerts', 'plimsoll.rules.yml');

describe.skipIf(!HAS_PROMTOOL)(`promtool${HAS_PROMTOOL ? '' : ' (skipped: needs promtool)'}`, () => {
  it('finds nothing wrong in the metrics', () => {
    const input = exposition(families, 'text');
    const { status: code, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect([code, stderr]).toEqual([0, '']);
  });

  it('takes the example alerts', () => {
    const {
      status: code,
      stdout,
      stderr,
    } = spawnSync('promtool', ['check', 'rules', ALERTS], { encoding: 'utf8' });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('5 rules found');
  });
});

describe('the example alerts and docs/metrics.md', () => {
  const known = families.map(({ name }) => name);
  const named = (text: string) => [...new Set(text.match(/plimsoll_[a-z0-9_]+/g))];

  it('name metrics that there are', () => {
    for (const name of named(readFileSync(ALERTS, 'utf8'))) expect(known).toContain(name);
  });

  it('name all of them in the page', () => {
    expect(named(readFileSync(inRoot('docs', 'metrics.md'), 'utf8')).sort()).toEqual([...known].sort());
  });
});
