import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toDataPoint } from '../../../../shared/analytics/data_point.ts';
import { type Row, TRAFFIC } from '../../../../shared/analytics/datasets.ts';
import { bindSince } from '../../../../shared/analytics/sql/since.ts';
import { translate } from '../../../../shared/analytics/sql/translate.ts';
import { readTraffic } from '../../../../tools/backtest/read_traffic.ts';
import { weightOf as requestsOf } from '../../../../tools/backtest/sites.ts';
import { recentTraffic } from '../../../../tools/local/figures.ts';
import { seededRandom } from '../../../../tools/local/sql/sampler.ts';
import { sendSql } from '../../../../tools/sql/client.ts';
import { namedQueries } from '../../../../tools/sql/named.ts';
import { originTraffic, scriptFailuresIn } from '../../../../workers/console/signals/queries.ts';
import { weightOf } from '../../../../workers/gateway/record/weight_of.ts';
import { hasEngine, removeData, type SqlProcess, startProcess } from './process.ts';

// Rows of `traffic` with weights, in the real engine. A query reads `plimsoll_traffic_v2`; here it reads a table of the test.

type TrafficRow = Row<typeof TRAFFIC>;

const QUERIES = [
  ...namedQueries()
    .filter(({ sql }) => sql.includes('FROM traffic'))
    .map(({ name, sql }) => ({ name, sql: translate(bindSince(sql, '1h').sql) })),
  { name: "the console's traffic", sql: originTraffic(TRAFFIC.table) },
  { name: "the console's script failures", sql: scriptFailuresIn(TRAFFIC.table) },
];

/** Rows that every query answers for, in few groups. Each stands for 1 or 10 requests. */
function variedRows(count: number): TrafficRow[] {
  const random = seededRandom(7);
  const oneOf = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0];
  return Array.from({ length: count }, (_, i) => ({
    sampled_by: 'shop:web',
    balancer: 'shop',
    pool: 'web',
    origin: oneOf(['web/one', 'web/two']),
    strategy: oneOf(['off/random', 'off/random (script:mine failed)']),
    decision: oneOf(['kept', 'asked']),
    variant: oneOf(['live', 'canary']),
    rules: oneOf(['rule:a', 'rule:a,rule:b']),
    path: oneOf(['/a', '/b']),
    isolate: oneOf(['aaaa0000', 'bbbb0000']),
    fallback: oneOf([0, 1]),
    colo: 'FRA',
    outcome: oneOf(['ok', 'ok', 'cut_short']),
    status: oneOf([200, 200, 503]),
    attempts: oneOf([1, 2]),
    retry_reason: '503',
    shadow: 'web/two',
    shadow_strategy: 'off/hash',
    shadow_differs: oneOf([0, 1]),
    client: oneOf([7, 8, 9]),
    first_byte_ms: i,
    total_ms: i * 2,
    weight: oneOf([1, 10]),
  }));
}

/** One request in so many has a data point in the sampled run. */
const ONE_IN = 10;
const REQUESTS = 10_000;

/** The rows of the same requests with and without sampling. */
function twoRuns() {
  const traffic = seededRandom(11);
  const sampling = seededRandom(12);
  const full = Array.from({ length: REQUESTS }, (): TrafficRow => {
    const kind = traffic();
    return {
      ...{ sampled_by: 'shop:web', balancer: 'shop', pool: 'web', origin: 'web/one', strategy: 'off/random' },
      outcome: kind > 0.995 ? 'cut_short' : 'ok',
      status: kind < 0.01 ? 503 : 200,
      attempts: kind < 0.03 ? 2 : 1,
      // Exponential, with a long tail as in production. Requests that always have a row take five times as long, so quantiles
      // of bare rows are too high.
      total_ms: (kind < 0.03 || kind > 0.995 ? -500 : -100) * Math.log(1 - traffic()),
      weight: 1,
    };
  });
  const sampled = full.flatMap((row) => {
    const { outcome, status, attempts } = row;
    const weight = weightOf(
      ONE_IN,
      outcome === 'ok' ? 'ok' : 'cut_short',
      Number(status),
      Number(attempts),
      sampling,
    );
    return weight === 0 ? [] : [{ ...row, weight }];
  });
  return { full, sampled };
}

const VARIED = variedRows(400);

describe.skipIf(!hasEngine())('rows of `traffic` that stand for several requests', () => {
  let sql: SqlProcess;
  const runs = twoRuns();
  const at_ms = Date.now() - 1_000;
  const lines = (dataset: string, rows: readonly TrafficRow[]) =>
    rows.map((row) => JSON.stringify({ dataset, timestamp_ms: at_ms, ...toDataPoint(TRAFFIC, row) }));
  /** Asks a table in place of `plimsoll_traffic_v2`. */
  const ask = async (table: string, text: string): Promise<Array<Record<string, unknown>>> => {
    const endpoint = { base_url: sql.url, account: 'local' };
    return JSON.parse(await sendSql(endpoint, text.replaceAll(TRAFFIC.table, table))).data;
  };
  const askLogical = (table: string) => (text: string) => ask(table, translate(text));

  beforeAll(async () => {
    sql = await startProcess();
    const once = VARIED.map((row) => ({ ...row, weight: 1 }));
    const repeated = VARIED.flatMap(({ weight }, i) => Array<TrafficRow>(Number(weight)).fill(once[i] ?? {}));
    // Gateways of earlier versions wrote 0.
    const weighed = VARIED.map((row) => (row.weight === 1 ? { ...row, weight: 0 } : row));
    await sql.ingest(lines('repeated', repeated));
    await sql.ingest(lines('weighed', weighed));
    await sql.ingest(lines('full', runs.full));
    await sql.ingest(lines('sampled', runs.sampled));
  }, 60_000);

  afterAll(async () => {
    await sql.stop();
    await removeData(sql);
  }, 30_000);

  it('have the same quantiles side by side as each alone, of some rows and of none', async () => {
    for (const rest of ['GROUP BY origin ORDER BY origin', '', "AND origin = 'nothing'"]) {
      const of = (levels: readonly number[]) =>
        levels
          .map((q) => `quantileExactWeighted(${q})(total_ms, _sample_interval) AS q${q * 100}`)
          .join(', ');
      const asked = async (levels: readonly number[]) =>
        (await askLogical('weighed')(`SELECT ${of(levels)} FROM traffic WHERE origin != '' ${rest}`))[0];
      const alone = await Promise.all([0.5, 0.95, 0.99].map((q) => asked([q])));
      expect(await asked([0.5, 0.95, 0.99])).toEqual(Object.assign({}, ...alone));
    }
  });

  it('have texts of the type that production gives them', async () => {
    const query = "SELECT blob1, dataset, if(blob1 = '', 'none', blob1) AS named FROM weighed LIMIT 1";
    const { meta } = JSON.parse(await sendSql({ base_url: sql.url, account: 'local' }, query));
    expect(meta.map(({ type }: { type: string }) => type)).toEqual(['String', 'String', 'String']);
  });

  it.each(QUERIES)('count as that many rows in $name', async ({ sql: query }) => {
    const answer = await ask('weighed', query);
    expect(answer.length).toBeGreaterThan(0);
    expect(answer).toEqual(await ask('repeated', query));
  });

  it('count as that many rows in the table of `npm start`', async () => {
    const figures = (table: string) =>
      recentTraffic(0, async (_url, init) => Response.json({ data: await ask(table, String(init?.body)) }));
    const weighed = await figures('weighed');
    expect([...weighed.keys()].sort()).toEqual(['web/one', 'web/two']);
    expect(weighed).toEqual(await figures('repeated'));
  });

  it('are read by a backtest with their weights', async () => {
    const span = { since: '1h', limit: 10_000 };
    const weighed = await readTraffic(askLogical('weighed'), [TRAFFIC.table], span);
    const repeated = await readTraffic(askLogical('repeated'), [TRAFFIC.table], span);
    expect(weighed.all_rows).toBe(400);
    expect(repeated.all_rows).toBeGreaterThan(1_000);
    expect(weighed.all_requests).toBe(repeated.all_rows);
    expect(requestsOf(weighed.rows)).toBe(repeated.all_rows);
    expect(requestsOf(repeated.rows)).toBe(repeated.all_rows);
  });

  it.each([
    [
      'SELECT _sample_interval, sum(_sample_interval) AS n FROM traffic GROUP BY _sample_interval ORDER BY _sample_interval',
      (ones: number, tens: number) => [
        [1, ones],
        [10, tens * 10],
      ],
    ],
    [
      'SELECT sum(_sample_interval) AS n FROM (SELECT _sample_interval, status FROM traffic WHERE _sample_interval > 1)',
      (_: number, tens: number) => [[tens * 10]],
    ],
    [
      'SELECT sum(_sample_interval) AS n FROM (SELECT * FROM traffic) WHERE _sample_interval > 1',
      (_: number, tens: number) => [[tens * 10]],
    ],
    [
      'SELECT _sample_interval, n FROM (SELECT _sample_interval, count() AS n FROM traffic GROUP BY _sample_interval) ORDER BY n',
      (ones: number, tens: number) =>
        ones < tens
          ? [
              [1, ones],
              [10, tens],
            ]
          : [
              [10, tens],
              [1, ones],
            ],
    ],
  ])('are weighed wherever a query names `_sample_interval`: %s', async (query, expected) => {
    const [ones, tens] = [1, 10].map((weight) => VARIED.filter((row) => row.weight === weight).length);
    const answer = await askLogical('weighed')(query);
    expect(answer.map((row) => Object.values(row).map(Number))).toEqual(expected(ones ?? 0, tens ?? 0));
  });

  // Of `ordinary` requests each is kept with p = 1 / ONE_IN and then counts ONE_IN times. The variance of their estimated number is
  // ordinary * (ONE_IN - 1). A correct estimate misses by more than four standard deviations once in 16,000 seeds.
  const most = 4 * Math.sqrt(REQUESTS * (ONE_IN - 1));

  it('give the same numbers and rates as all rows', async () => {
    const query = translate(
      bindSince(namedQueries().find(({ name }) => name === 'strategy-variants')?.sql ?? '', '1h').sql,
    );
    const [full, sampled] = (await Promise.all(['full', 'sampled'].map((table) => ask(table, query)))).map(
      ([row]) => {
        const { requests, error_rate, retry_rate } = row ?? {};
        return { requests: Number(requests), error_rate: Number(error_rate), retry_rate: Number(retry_rate) };
      },
    );
    if (full === undefined || sampled === undefined) throw new Error('no answer');
    // The rows themselves are far fewer, so a query that counts rows fails here.
    expect(runs.full).toHaveLength(REQUESTS);
    expect(runs.sampled.length).toBeLessThan(REQUESTS / 5);
    expect(full.requests).toBe(REQUESTS);
    expect(Math.abs(sampled.requests - REQUESTS)).toBeLessThan(most);
    // Every failure and every retry has its row, so only the number of all requests is an estimate.
    expect(Math.round(sampled.error_rate * sampled.requests)).toBe(Math.round(full.error_rate * REQUESTS));
    expect(Math.round(sampled.retry_rate * sampled.requests)).toBe(Math.round(full.retry_rate * REQUESTS));
    expect(full.error_rate).toBeGreaterThan(0.01);
  });

  it.each([0.5, 0.95, 0.99])('give the same %d quantile as all rows', async (q) => {
    const [sampled] = await ask(
      'sampled',
      translate(`SELECT quantileExactWeighted(${q})(total_ms, _sample_interval) AS ms FROM traffic`),
    );
    const [full] = await ask(
      'full',
      translate(
        `SELECT sum(if(total_ms <= ${Number(sampled?.['ms'])}, 1, 0)) / count() AS share FROM traffic`,
      ),
    );
    // The share of all requests below an estimated quantile has this standard deviation, and four of them are allowed.
    const sd = Math.sqrt((q * (1 - q) * (ONE_IN - 1)) / REQUESTS);
    expect(Math.abs(Number(full?.['share']) - q)).toBeLessThan(4 * sd);
  });
});
