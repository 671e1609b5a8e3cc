import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toDataPoint } from '../../../../shared/analytics/data_point.ts';
import { HEALTH, type Row, TRAFFIC, TRAFFIC_WEIGHT } from '../../../../shared/analytics/datasets.ts';
import { bindSince } from '../../../../shared/analytics/sql/since.ts';
import { translate } from '../../../../shared/analytics/sql/translate.ts';
import { seededRandom } from '../../../../tools/local/sql/sampler.ts';
import { inRoot } from '../../../../tools/project/root.ts';
import { type SqlResult, sendSql } from '../../../../tools/sql/client.ts';
import { namedQueries } from '../../../../tools/sql/named.ts';
import { hasEngine, removeData, type SqlProcess, startProcess } from './process.ts';

// 10,000 requests to three origins and 300 checks, with shares and latencies that are known, through the real
// engine: once as they are, once with every tenth kept.

const REQUESTS = 10_000;
const SHARES = { 'web/one': 0.6, 'web/two': 0.3, 'web/three': 0.1 } as const;
type Origin = keyof typeof SHARES;

/** With 186 rows each of live decisions: where one of ten is kept, one has none in 3e-9 of the cases. */
const CLIENTS = 51;

interface Truth {
  lines: string[];
  requests: Record<Origin, number>;
  errors: number;
  failovers: number;
}

function traffic(): Truth {
  const random = seededRandom(42);
  const truth: Truth = {
    lines: [],
    requests: { 'web/one': 0, 'web/two': 0, 'web/three': 0 },
    errors: 0,
    failovers: 0,
  };
  const now = Date.now();
  for (let i = 0; i < REQUESTS; i++) {
    const draw = random();
    const origin: Origin = draw < 0.6 ? 'web/one' : draw < 0.9 ? 'web/two' : 'web/three';
    const failed = random() < 0.2;
    const retried = random() < 0.3;
    truth.requests[origin]++;
    if (failed) truth.errors++;
    if (retried) truth.failovers++;
    const row: Row<typeof TRAFFIC> = {
      sampled_by: 'shop:web',
      balancer: 'shop',
      pool: 'web',
      origin,
      strategy: 'off/round_robin',
      decision: i % 4 === 0 ? 'asked' : 'kept',
      // A canary with other options for one request in twenty. The others have a shadow that differs for one in five.
      ...(i % 20 === 7
        ? { variant: 'canary' }
        : {
            variant: 'live',
            shadow: 'web/gone',
            shadow_strategy: 'off/hash',
            shadow_differs: i % 5 === 0 ? 1 : 0,
          }),
      client: 1 + (i % CLIENTS),
      path: i % 2 === 0 ? '/a' : '/b',
      colo: 'TXL',
      retry_reason: retried ? '503' : '',
      status: failed ? 503 : 200,
      attempts: retried ? 2 : 1,
      // Evenly from 0 to 100 ms, so the 95th percentile is 95.
      total_ms: random() * 100,
    };
    truth.lines.push(line(TRAFFIC.table, now - (i % 1_800) * 1_000, toDataPoint(TRAFFIC, row)));
  }
  return truth;
}

function checks(): string[] {
  return Array.from({ length: 300 }, (_, i) => {
    const down = i >= 150;
    const point = toDataPoint(HEALTH, {
      origin: 'web/one',
      kind: i === 150 ? 'transition' : 'check',
      pool: 'web',
      state: down ? 'down' : 'up',
      reason: down ? 'tcp_timeout' : '',
    });
    return line(HEALTH.table, Date.now() - (300 - i) * 1_000, point);
  });
}

function line(dataset: string, timestamp_ms: number, point: object): string {
  return JSON.stringify({ dataset, timestamp_ms, ...point });
}

async function ask({ url }: SqlProcess, sql: string): Promise<Array<Record<string, unknown>>> {
  const body = await sendSql({ base_url: url, account: 'local' }, translate(bindSince(sql, '1h').sql));
  return (JSON.parse(body) as SqlResult).data;
}

const total = (rows: Array<Record<string, unknown>>, column: string) =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0);

describe.skipIf(!hasEngine()).each([1, 10])('the real engine with --sample %i', (interval) => {
  const truth = traffic();
  let sql: SqlProcess;
  const named = (name: string) => ask(sql, namedQueries().find((query) => query.name === name)?.sql ?? '');
  /**
   * Of n requests each is kept with a probability of 1/interval, one per stride: the weighted count of any part
   * of them deviates by less than √(n × interval). Five times that would be exceeded once in a million seeds.
   */
  const tolerance = (requests: number) => (interval === 1 ? 0 : 5 * Math.sqrt(requests * interval));
  const near = (actual: unknown, expected: number) =>
    expect(Math.abs(Number(actual) - expected)).toBeLessThanOrEqual(tolerance(expected));

  beforeAll(async () => {
    sql = await startProcess(['--sample', String(interval)]);
    await sql.ingest(truth.lines);
    await sql.ingest(checks());
  }, 60_000);

  afterAll(async () => {
    expect(await sql.stop()).toBe(0);
    await removeData(sql);
  }, 30_000);

  it('share-per-origin counts each origin’s requests', async () => {
    const rows = await named('share-per-origin');
    expect(rows.map(({ origin }) => origin)).toEqual(Object.keys(SHARES));
    for (const { origin, requests } of rows) near(requests, truth.requests[origin as Origin]);
    // All are of one index: their sum is off by less than one stride.
    expect(Math.abs(total(rows, 'requests') - REQUESTS)).toBeLessThan(interval);
  });

  it('`lb sql` prints the same', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [inRoot('tools', 'cli', 'lb.ts'), 'sql', '--local', '--json', '--query', 'share-per-origin'],
      { env: { ...process.env, PLIMSOLL_SQL_URL: sql.url } },
    );
    const rows = JSON.parse(stdout) as Array<Record<string, unknown>>;
    expect(rows.map(({ origin }) => origin)).toEqual(Object.keys(SHARES));
    expect(Math.abs(total(rows, 'requests') - REQUESTS)).toBeLessThan(interval);
  }, 20_000);

  it('a count without weights is too low by the factor', async () => {
    const [row] = await ask(sql, 'SELECT count() AS n FROM traffic');
    expect(Number(row?.['n'])).toBe(REQUESTS / interval);
  });

  it('error-rate-per-pool knows how many failed', async () => {
    const [row] = await named('error-rate-per-pool');
    expect(row).toMatchObject({ pool: 'web' });
    near(row?.['errors'], truth.errors);
    expect(Number(row?.['error_rate'])).toBeCloseTo(Number(row?.['errors']) / Number(row?.['requests']), 10);
  });

  it('latency-per-origin-and-colo has the percentiles of an even distribution', async () => {
    const rows = await named('latency-per-origin-and-colo');
    expect(rows).toHaveLength(3);
    const one = rows.find(({ origin }) => origin === 'web/one');
    // Of n values from 0 to 100 the q-quantile deviates by 100 √(q(1-q)/n); n is 6,000 or 600: 2.0 and 0.9 ms at
    // most. Five of them.
    expect(Math.abs(Number(one?.['p50_ms']) - 50)).toBeLessThan(10.2);
    expect(Math.abs(Number(one?.['p95_ms']) - 95)).toBeLessThan(4.5);
    expect(Number(one?.['p99_ms'])).toBeGreaterThanOrEqual(Number(one?.['p95_ms']));
  });

  it('failovers-per-hour counts requests of more than one attempt', async () => {
    const rows = await named('failovers-per-hour');
    expect(new Set(rows.map(({ retry_reason }) => retry_reason))).toEqual(new Set(['503']));
    near(total(rows, 'failovers'), truth.failovers);
  });

  it('decisions counts by kind', async () => {
    const rows = await named('decisions');
    expect(rows.map(({ decision }) => decision)).toEqual(['kept', 'asked']);
    near(rows[0]?.['requests'], REQUESTS * 0.75);
    near(rows[1]?.['requests'], REQUESTS * 0.25);
  });

  it('`lb strategy compare` prints live and canary side by side, and how often the shadow differs', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [inRoot('tools', 'cli', 'lb.ts'), 'strategy', 'compare', '--local', '--json'],
      { env: { ...process.env, PLIMSOLL_SQL_URL: sql.url } },
    );
    const { variants, shadows, moved } = JSON.parse(stdout);
    expect(variants).toMatchObject([{ variant: 'live' }, { variant: 'canary', strategy: 'off/round_robin' }]);
    near(variants[0].requests, REQUESTS * 0.95);
    near(variants[1].requests, REQUESTS * 0.05);
    expect(variants[0].share + variants[1].share).toBeCloseTo(1, 10);
    near(
      variants[0].error_rate * variants[0].requests + variants[1].error_rate * variants[1].requests,
      truth.errors,
    );
    near(
      variants[0].retry_rate * variants[0].requests + variants[1].retry_rate * variants[1].requests,
      truth.failovers,
    );
    // As above for one origin, with n of 9,500 or 950.
    expect(Math.abs(variants[0].p50_ms - 50)).toBeLessThan(8.2);
    expect(Math.abs(variants[0].p95_ms - 95)).toBeLessThan(3.6);
    expect(shadows).toMatchObject([{ strategy: 'off/round_robin', shadow_strategy: 'off/hash' }]);
    near(shadows[0].decisions, REQUESTS * 0.95);
    near(shadows[0].differs * shadows[0].decisions, REQUESTS * 0.2);
    const trial = 'shadow';
    expect(moved).toContainEqual({
      balancer: 'shop',
      trial,
      clients: CLIENTS,
      moved_clients: CLIENTS,
      moved: 1,
    });
  }, 20_000);

  it('slowest-paths has both paths', async () => {
    const rows = await named('slowest-paths');
    expect(rows.map(({ path }) => path).sort()).toEqual(['/a', '/b']);
    for (const { requests } of rows) near(requests, REQUESTS / 2);
  });

  it('health-timeline ends with the state at the end', async () => {
    const rows = await named('health-timeline');
    expect(rows.at(-1)).toMatchObject({ origin: 'web/one', last_state: 'down' });
    expect(Math.abs(total(rows, 'checks') + total(rows, 'transitions') - 300)).toBeLessThan(interval);
    near(total(rows, 'failed'), 149);
  });

  it('multiplies the sampling with the weight that the gateway gave a row', async () => {
    const row = { sampled_by: 'other:web', weight: 5 };
    const point = { dataset: 'own_sampling', timestamp_ms: Date.now(), ...toDataPoint(TRAFFIC, row) };
    await sql.ingest(Array<string>(200).fill(JSON.stringify(point)));
    const [answer] = await ask(sql, `SELECT sum(${TRAFFIC_WEIGHT}) AS n, count() AS c FROM own_sampling`);
    expect(answer).toEqual({ n: '1000', c: String(200 / interval) });
  });

  it('answers in UTC, with 64-bit numbers as text, like production', async () => {
    const [row] = await ask(sql, 'SELECT now() AS now, sum(_sample_interval) AS n FROM traffic');
    expect(Math.abs(Date.parse(`${row?.['now']}Z`) - Date.now())).toBeLessThan(60_000);
    expect(row?.['n']).toBe(String(REQUESTS));
  });

  it('reads names as standard SQL does if an alias has the name of a column', async () => {
    const rows = await ask(
      sql,
      "SELECT upper(origin) AS origin, sum(_sample_interval) AS n FROM traffic WHERE origin = 'web/one' GROUP BY origin ORDER BY origin",
    );
    expect(rows.map(({ origin }) => origin)).toEqual(['WEB/ONE']);
  });

  it('reports a wrong query in one line', async () => {
    await expect(ask(sql, 'SELECT x FROM nowhere_at_all')).rejects.toThrow(/nowhere_at_all.*\(422 from 127/);
    await expect(ask(sql, "SELECT origin FROM traffic WHERE origin = 5 + 'a'")).rejects.toThrow(
      /\(422 from 127/,
    );
  });
});

describe.skipIf(!hasEngine())('the data', () => {
  it('outlives the process', async () => {
    const first = await startProcess();
    await first.ingest(traffic().lines.slice(0, 10));
    expect(await first.stop()).toBe(0);
    const second = await startProcess([], first.data_dir);
    const [row] = await ask(second, 'SELECT sum(_sample_interval) AS n FROM traffic');
    expect(row).toEqual({ n: '10' });
    await second.stop();
    await removeData(second);
  }, 60_000);
});
