import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toDataPoint } from '../../../../shared/analytics/data_point.ts';
import { HEALTH, type Row, TRAFFIC } from '../../../../shared/analytics/datasets.ts';
import { refusals } from '../../../../shared/analytics/sql/dialect.ts';
import { bindSince } from '../../../../shared/analytics/sql/since.ts';
import { translate } from '../../../../shared/analytics/sql/translate.ts';
import { sendSql } from '../../../../tools/sql/client.ts';
import { namedQueries } from '../../../../tools/sql/named.ts';
import * as queries from '../../../../workers/console/signals/queries.ts';
import { readSignals } from '../../../../workers/console/signals/read_signals.ts';
import { hasEngine, removeData, type SqlProcess, startProcess } from './process.ts';

const { NEWEST, OLDER, originTraffic, scriptFailuresIn } = queries;
const TABLES = [NEWEST, ...OLDER];
const SQL = [
  queries.EJECTIONS,
  ...TABLES.flatMap((table) => [originTraffic(table), scriptFailuresIn(table)]),
];

describe('the queries of the console', () => {
  it.each(SQL)('are accepted in production: %s', (sql) => expect(refusals(sql)).toEqual([]));
});

const request = (age_ms: number, row: Row<typeof TRAFFIC>) =>
  line(TRAFFIC.table, age_ms, toDataPoint(TRAFFIC, { balancer: 'app', pool: 'p', status: 200, ...row }));
const event = (age_ms: number, row: Row<typeof HEALTH>) =>
  line(HEALTH.table, age_ms, toDataPoint(HEALTH, { pool: 'p', reason: 'consecutive_failures', ...row }));

function line(dataset: string, age_ms: number, point: object): string {
  return JSON.stringify({ dataset, timestamp_ms: Date.now() - age_ms, ...point });
}

describe.skipIf(!hasEngine())('the real engine', () => {
  let sql: SqlProcess;

  beforeAll(async () => {
    sql = await startProcess();
    await sql.ingest([
      ...Array.from({ length: 20 }, (_, i) =>
        request(1_000, { origin: 'p/a', strategy: 'off/random', total_ms: i < 19 ? 10 : 500 }),
      ),
      ...Array.from({ length: 2 }, () =>
        request(1_000, { origin: 'p/b', strategy: 'off/random (script:mine too slow)', status: 503 }),
      ),
      request(1_000, { origin: 'p/b', shadow_strategy: 'off/random (script:new failed)', total_ms: 20 }),
      request(900_000, { origin: 'p/a', strategy: 'off/random (script:mine failed)' }),
      event(5_000, { origin: 'p/b', kind: 'ejection', until_ms: 30_000, streak: 1 }),
      event(4_000, { origin: 'p/b', kind: 'ejection', until_ms: 60_000, streak: 2 }),
      event(100_000, { origin: 'p/a', kind: 'ejection', until_ms: 30_000, streak: 1 }),
      event(70_000, { origin: 'p/a', kind: 'readmission', until_ms: 30_000 }),
      event(1_000, { origin: 'p/b', kind: 'check', state: 'up' }),
    ]);
  }, 60_000);

  afterAll(async () => {
    await sql.stop();
    await removeData(sql);
  }, 30_000);

  it('gives the console traffic, current ejections and failed scripts', async () => {
    const env = { LOCAL: 'true', ACCOUNT_ID: 'a'.repeat(32), SQL_URL: sql.url };
    // The engine has its first query to load for, which a console that asks every few seconds has behind it.
    await readSignals(env, Date.now(), fetch);
    const signals = await readSignals(env, Date.now(), fetch);
    if (typeof signals === 'string') throw new Error(signals);
    expect(signals.traffic.get('app p/a')).toEqual({ requests: 20, errors: 0, p95_ms: 10 });
    expect(signals.traffic.get('app p/b')).toMatchObject({ requests: 3, errors: 2 });
    expect([...signals.ejections.keys()]).toEqual(['p/b']);
    expect(signals.ejections.get('p/b')).toMatchObject({ isolates: 2, reason: 'consecutive_failures' });
    expect(signals.script_failures.get('app p')).toEqual([
      { script: 'mine', reason: 'too slow', where: 'live', requests: 2 },
      { script: 'new', reason: 'failed', where: 'shadow', requests: 1 },
    ]);
  }, 30_000);

  it('answers the named queries', async () => {
    const ask = async (name: string) => {
      const query = namedQueries().find((one) => one.name === name)?.sql ?? '';
      const body = await sendSql(
        { base_url: sql.url, account: 'local' },
        translate(bindSince(query, '1h').sql),
      );
      return JSON.parse(body).data;
    };
    expect(await ask('ejections')).toMatchObject([
      { origin: 'p/b', ejections: '2', readmissions: '0', most_in_a_row: 2, longest_ms: 60_000 },
      { origin: 'p/a', ejections: '1', readmissions: '1', most_in_a_row: 1, longest_ms: 30_000 },
    ]);
    expect(await ask('script-failures')).toHaveLength(3);
  }, 30_000);
});
