import { describe, expect, it } from 'vitest';
import { TRAFFIC } from '../../../../shared/analytics/datasets.ts';
import { clientNumber } from '../../../../shared/hashing/client_key.ts';
import type { Env } from '../../../../workers/gateway/env.ts';
import { Attempts } from '../../../../workers/gateway/exchange/attempts.ts';
import { beginTrace } from '../../../../workers/gateway/exchange/trace.ts';
import { record } from '../../../../workers/gateway/record/record.ts';
import { stored } from '../../../support/stored.ts';

/** Records a request whose attempts `change` has filled in. @returns the columns of its data point */
function recorded(change: (attempts: Attempts) => void, headers: Record<string, string> = {}) {
  const columns: Record<string, string | number | undefined> = {};
  const writeDataPoint: NonNullable<Env['TRAFFIC']>['writeDataPoint'] = (point) => {
    for (const [name, column] of Object.entries(TRAFFIC.columns)) columns[name] = stored(point, column);
  };
  const attempts = new Attempts();
  change(attempts);
  const request = new Request('https://app.example.com/', { headers });
  record(
    { trace: beginTrace(), attempts, request, started_at: 0, ended_at: 5 },
    { TRAFFIC: { writeDataPoint } },
  );
  return columns;
}

describe('the data point of a request', () => {
  it('identifies the client by a number in place of its address', () => {
    const point = recorded(() => {}, { 'cf-connecting-ip': '192.0.2.1' });
    expect(point.client).toBe(clientNumber('192.0.2.1'));
    expect(JSON.stringify(point)).not.toContain('192.0.2.1');
    expect(recorded(() => {}).client).toBe(0);
  });

  it('contains the times that the request waited inside the gateway', () => {
    const point = recorded((attempts) => {
      attempts.queued_ms = 12;
      attempts.backoff_ms = 34;
    });
    expect(point).toMatchObject({ queued_ms: 12, backoff_ms: 34 });
  });
});
