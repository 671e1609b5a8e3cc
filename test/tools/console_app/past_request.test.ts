import { describe, expect, it } from 'vitest';
import { refusals } from '../../../shared/analytics/sql/dialect.ts';
import { translate } from '../../../shared/analytics/sql/translate.ts';
import {
  factsOf,
  keyOfRequest,
  type Recorded,
  requestQuery,
} from '../../../workers/console/app/lib/past_request.ts';
import * as queries from '../../../workers/console/app/lib/queries.ts';
import { rangeOf } from '../../../workers/console/app/lib/range.ts';

const row: Recorded = {
  ...{ at: 1_800_000_000, balancer: 'shop', pool: 'eu', origin: 'eu/a', method: 'GET', path: '/cart' },
  ...{ status: 200, outcome: 'ok', decision: 'kept', strategy: 'off/random', variant: 'live', attempts: 2 },
  ...{ retry_reason: 'timeout', failed_origins: 'eu/b', fallback: 0, rules: 'rule:beta', reasons: 'us:down' },
  ...{ colo: 'FRA', country: 'DE', proxy: 'PROXY', first_byte_ms: 9, total_ms: 12.25, queued_ms: 0 },
  ...{ backoff_ms: 0, inflight: 3, shadow: '', shadow_strategy: '', events: '', config_version: 7 },
  ...{ gateway_version: 'g', selector_version: 's', isolate: 'w0rd', detail: '' },
};

describe('a request of the past', () => {
  it('is found again by its second, its isolate and its time', () => {
    const query = requestQuery(keyOfRequest(row)) ?? '';
    expect(query).toContain("isolate = 'w0rd'");
    expect(query).toContain('total_ms = 12.25');
    expect(query).toContain('toDateTime(1800000000)');
  });

  it.each(['', 'x', '1~a', '1~a~b', '1) OR 1=1 --~a~1', '1~a~1e999x'])('is none for the text %j', (text) => {
    expect(requestQuery(text)).toBeUndefined();
  });

  it('keeps the isolate of a link a value', () => {
    const query = requestQuery("1~' OR 1=1 --~1") ?? '';
    expect(query).toContain("isolate = '\\' OR 1=1 --'");
  });

  it('says which rules applied, which pools were out and what failed first', () => {
    const facts = Object.fromEntries(factsOf(row).map(({ what, recorded }) => [what, recorded]));
    expect(facts).toMatchObject({
      'went to': 'eu/a',
      'pool sets and rules': 'rule:beta',
      'pools that were out': 'us:down',
      decision: 'kept: the gateway had an answer of the selector already',
      attempts: '2: eu/b failed (timeout)',
    });
  });
});

describe('the queries of the page', () => {
  const range = rangeOf('7d');
  it.each([
    requestQuery(keyOfRequest(row)) ?? '',
    queries.balancerFigures(range),
    queries.sharesOverTime('shop', range),
    queries.decisions('shop', range),
    queries.dataCentres('shop', range),
    queries.transitions(range),
    queries.strategyFigures(range),
    queries.shadowFigures(range),
    queries.IN_FLIGHT,
    queries.LAST_CHECKS,
    queries.byVersion('shop', range),
    queries.deployments(range),
  ])('are accepted in production: %s', (query) => {
    expect(refusals(query)).toEqual([]);
    expect(() => translate(query)).not.toThrow();
  });
});
