import { describe, expect, it } from 'vitest';
import { TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { refusals } from '../../../shared/analytics/sql/dialect.ts';
import { translate } from '../../../shared/analytics/sql/translate.ts';
import { readTraffic } from '../../../tools/backtest/read_traffic.ts';

const TABLES = [TRAFFIC.table];
const SECOND = '2026-09-21 13:33:2';

/** An API with `count` rows, which are numbered by path and come newest first. It records the queries. */
function api(count: number) {
  const asked: string[] = [];
  const ask = async (sql: string) => {
    asked.push(sql);
    const [, limit, offset] = /LIMIT (\d+) OFFSET (\d+)$/.exec(sql) ?? [];
    if (limit === undefined)
      return [
        { all_rows: String(count), all_requests: `${count}0`, oldest: `${SECOND}0`, newest: `${SECOND}9` },
      ];
    const length = Math.max(0, Math.min(Number(limit), count - Number(offset)));
    return Array.from({ length }, (_, index) => ({
      timestamp: `${SECOND}0`,
      _sample_interval: '10',
      weight: 4,
      path: `/${count - 1 - Number(offset) - index}`,
      first_byte_ms: 12.5,
    }));
  };
  return { ask, asked };
}

describe('readTraffic', () => {
  it('reads page by page and returns rows in the order of time', async () => {
    const { ask, asked } = api(25);
    const traffic = await readTraffic(ask, TABLES, { since: '1d', limit: 1_000 }, 10);
    expect(traffic.rows.map(({ path }) => path)).toEqual(
      Array.from({ length: 25 }, (_, index) => `/${index}`),
    );
    expect(traffic).toMatchObject({ all_rows: 25, all_requests: 250 });
    expect(traffic.rows[0]).toMatchObject({
      at: Date.UTC(2026, 8, 21, 13, 33, 20),
      weight: 40,
      first_byte_ms: 12.5,
    });
    expect(asked.slice(1).map((sql) => /LIMIT.*/.exec(sql)?.[0])).toEqual([
      'LIMIT 10 OFFSET 0',
      'LIMIT 10 OFFSET 10',
      'LIMIT 5 OFFSET 20',
    ]);
  });

  it('reads the newest rows if there are more than the limit', async () => {
    const { rows } = await readTraffic(api(25).ask, TABLES, { since: '1d', limit: 12 }, 10);
    expect(rows.map(({ path }) => path)).toEqual(Array.from({ length: 12 }, (_, index) => `/${index + 13}`));
  });

  it('asks for no page if there are no rows', async () => {
    const { ask, asked } = api(0);
    expect((await readTraffic(ask, TABLES, { since: '1d', limit: 12 })).rows).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('sends queries that production accepts, for one load balancer if asked', async () => {
    const { ask, asked } = api(5);
    await readTraffic(ask, TABLES, { since: '2h', balancer: "o'clock", limit: 12 });
    expect(asked).toHaveLength(2);
    for (const sql of asked) {
      expect(refusals(translate(sql))).toEqual([]);
      expect(translate(sql)).toContain("AND blob1 = 'o\\'clock'");
    }
    expect(asked[0]).toContain("INTERVAL '2' HOUR");
  });

  it('refuses a malformed span', () =>
    expect(readTraffic(api(1).ask, TABLES, { since: 'tomorrow', limit: 1 })).rejects.toThrow(
      '`tomorrow` is not a time span',
    ));
});
