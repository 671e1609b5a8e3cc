import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toDataPoint } from '../../../../shared/analytics/data_point.ts';
import { type Dataset, TRAFFIC } from '../../../../shared/analytics/datasets.ts';
import { askAll, versionsOf } from '../../../../shared/analytics/sql/ask.ts';
import { bindSince } from '../../../../shared/analytics/sql/since.ts';
import { translate } from '../../../../shared/analytics/sql/translate.ts';
import { TRAFFIC_V1 } from '../../../../shared/analytics/traffic_v1.ts';
import { readTraffic } from '../../../../tools/backtest/read_traffic.ts';
import { inRoot } from '../../../../tools/project/root.ts';
import { sendSql } from '../../../../tools/sql/client.ts';
import { namedQueries } from '../../../../tools/sql/named.ts';
import { readSignals } from '../../../../workers/console/signals/read_signals.ts';
import { hasEngine, removeData, type SqlProcess, startProcess } from './process.ts';

// Rows of a gateway from before an upgrade and of one from after it, in the real engine.

/** It is in the answer of every query that ships. */
const ROW = {
  sampled_by: 'shop:web',
  balancer: 'shop',
  pool: 'web',
  origin: 'web/one',
  strategy: 'off/random (script:mine failed)',
  variant: 'live',
  method: 'GET',
  path: '/a b',
  outcome: 'ok',
  colo: 'FRA',
  country: 'DE',
  proxy: 'PROXY_EU',
  cache_status: 'HIT',
  status: 200,
  attempts: 2,
  retry_reason: '503',
  shadow: 'web/two',
  shadow_strategy: 'off/hash',
  client: 7,
};

/** A condition that no row from before the upgrade fulfils, because they lack the column. */
const LATER = /rules != ''/;

function lines(dataset: Dataset, age_ms: number, decisions: readonly string[]): string[] {
  return decisions.map((decision) => {
    const point = toDataPoint(dataset, { ...ROW, decision, total_ms: age_ms / 1_000 });
    return JSON.stringify({ dataset: dataset.table, timestamp_ms: Date.now() - age_ms, ...point });
  });
}

describe.skipIf(!hasEngine())('rows of `traffic`', () => {
  let sql: SqlProcess;
  const send = (text: string) => sendSql({ base_url: sql.url, account: 'local' }, text);
  const ask = async (text: string) =>
    (await askAll(send, text)).map(({ table, body }) => ({ table, data: JSON.parse(body).data }));

  beforeAll(async () => {
    sql = await startProcess();
    await sql.ingest(lines(TRAFFIC, 1_000, ['kept', 'failover_order']));
  }, 60_000);

  afterAll(async () => {
    await sql.stop();
    await removeData(sql);
  }, 30_000);

  it('come from the newest version if nothing was written to an older one', async () => {
    expect(await versionsOf(send, 'traffic')).toEqual([TRAFFIC.table]);
    expect(await ask('SELECT count() AS n FROM traffic')).toEqual([
      { table: TRAFFIC.table, data: [{ n: '2' }] },
    ]);
  });

  describe('from before an upgrade', () => {
    beforeAll(async () => {
      await sql.ingest(lines(TRAFFIC_V1, 120_000, ['kept', 'fallback', 'fallback']));
    }, 30_000);

    it('have the same columns by the same names', async () => {
      const columns = Object.keys(ROW).join(', ');
      expect(await ask(`SELECT ${columns} FROM traffic GROUP BY ${columns}`)).toEqual([
        { table: TRAFFIC.table, data: [ROW] },
        { table: TRAFFIC_V1.table, data: [ROW] },
      ]);
    });

    it.each(['failover_order', 'fallback'])('are found by the decision %s', async (decision) => {
      const answers = await ask(
        `SELECT decision, count() AS n FROM traffic WHERE decision = '${decision}' GROUP BY decision`,
      );
      expect(answers).toEqual([
        { table: TRAFFIC.table, data: [{ decision: 'failover_order', n: '1' }] },
        { table: TRAFFIC_V1.table, data: [{ decision: 'failover_order', n: '2' }] },
      ]);
    });

    it('are left out of a more recent span, even if an aggregate would answer 0', async () => {
      const recent = await ask(
        "SELECT count() AS n FROM traffic WHERE timestamp > now() - INTERVAL '1' MINUTE",
      );
      expect(recent).toEqual([{ table: TRAFFIC.table, data: [{ n: '2' }] }]);
      expect(await ask("SELECT count() AS n FROM traffic WHERE path = '/none'")).toEqual([
        { table: TRAFFIC.table, data: [{ n: '0' }] },
      ]);
    });

    it('are read by every named query', async () => {
      for (const { sql: query } of namedQueries().filter((one) => one.sql.includes('FROM traffic'))) {
        const answers = await askAll(send, bindSince(query, '1h').sql);
        const tables = LATER.test(query) ? [TRAFFIC.table] : [TRAFFIC.table, TRAFFIC_V1.table];
        expect(answers.map(({ table }) => table)).toEqual(tables);
      }
    }, 30_000);

    it('are printed by `lb sql` below the newer ones, and after them in JSON', async () => {
      const lb = (...args: string[]) =>
        promisify(execFile)(process.execPath, [inRoot('tools', 'cli', 'lb.ts'), 'sql', '--local', ...args], {
          env: { ...process.env, NODE_NO_WARNINGS: '1', PLIMSOLL_SQL_URL: sql.url },
        });
      const query = 'SELECT decision, count() AS n FROM traffic GROUP BY decision ORDER BY n DESC, decision';
      expect((await lb(query)).stdout.replace(/ +/g, ' ')).toBe(
        'plimsoll_traffic_v2\n decision n\n failover_order 1\n kept 1\n\nplimsoll_traffic_v1\n decision n\n failover_order 2\n kept 1\n',
      );
      const { stdout, stderr } = await lb(query, '--json');
      expect(JSON.parse(stdout)).toEqual([
        { decision: 'failover_order', n: 1 },
        { decision: 'kept', n: 1 },
        { decision: 'failover_order', n: 2 },
        { decision: 'kept', n: 1 },
      ]);
      expect(stderr).toBe(
        'lb: rows of plimsoll_traffic_v1 follow those of plimsoll_traffic_v2; add up groups that are in both\n',
      );
    }, 30_000);

    it('are replayed with the newer ones, and the newest rows of all come first if there are too many', async () => {
      const rows = async (text: string) => JSON.parse(await send(translate(text))).data;
      const read = (limit: number) =>
        versionsOf(send, 'traffic').then((tables) => readTraffic(rows, tables, { since: '1h', limit }));
      const all = await read(100);
      expect(all).toMatchObject({ all_rows: 5, all_requests: 5 });
      expect(all.rows.map(({ total_ms }) => total_ms)).toEqual([120, 120, 120, 1, 1]);
      expect(all.rows[0]).toMatchObject({
        method: 'GET',
        path: '/a b',
        colo: 'FRA',
        country: 'DE',
        client: 7,
      });
      expect((await read(3)).rows.map(({ total_ms }) => total_ms)).toEqual([120, 1, 1]);
    }, 30_000);

    it('are added to the newer ones by the console', async () => {
      // The first query of a process loads the engine.
      const env = { LOCAL: 'true', ACCOUNT_ID: 'a'.repeat(32), SQL_URL: sql.url };
      const signals = await readSignals(env, Date.now(), fetch);
      if (typeof signals === 'string') throw new Error(signals);
      expect(signals.traffic.get('shop web/one')).toEqual({ requests: 5, errors: 0, p95_ms: 120 });
    }, 30_000);
  });
});
