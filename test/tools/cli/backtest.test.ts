import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toDataPoint } from '../../../shared/analytics/data_point.ts';
import { TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { hasEngine, removeData, type SqlProcess, startProcess } from '../local/sql/process.ts';
import { fileWith } from '../project/temporary_files.ts';
import { lb } from './lb_process.ts';

// `lb backtest` as a real process, against the real engine, and with errors that must be one line.

const FILE = fileWith(
  JSON.stringify({
    load_balancers: [{ id: 'shop', name: '*', default_pools: ['web'] }],
    pools: [
      {
        name: 'web',
        origin_steering: { policy: 'random' },
        origins: [
          { name: 'one', address: 'one.example.com' },
          { name: 'two', address: 'two.example.com' },
        ],
      },
    ],
  }),
);

/** 2,000 requests in the last half hour. Three of four went to `one`, which takes 20 ms; `two` takes 80 ms. */
function lines(): string[] {
  const now = Date.now();
  return Array.from({ length: 2_000 }, (_, index) => {
    const [origin, ms] = index % 4 === 0 ? ['web/two', 80] : ['web/one', 20];
    const point = toDataPoint(TRAFFIC, {
      sampled_by: 'shop:web',
      balancer: 'shop',
      pool: 'web',
      origin,
      method: 'GET',
      path: `/${index % 50}`,
      outcome: 'ok',
      colo: 'TXL',
      country: 'DE',
      status: 200,
      attempts: 1,
      first_byte_ms: ms,
      total_ms: ms,
    });
    return JSON.stringify({ dataset: TRAFFIC.table, timestamp_ms: now - (index % 1_800) * 1_000, ...point });
  });
}

interface Printed {
  requests: number;
  decisions_per_s: number;
  read: { rows: number; all_rows: number };
  origins: Array<{ origin: string; observed_requests: number; replayed_requests: number }>;
  all: { observed: { mean_ms: number }; estimated: { mean_ms: number } };
  cannot_know: string[];
}

describe.skipIf(!hasEngine()).each([1, 10])(
  'lb backtest against the real engine with --sample %i',
  (interval) => {
    let sql: SqlProcess;
    const backtest = (...args: string[]) =>
      lb(['backtest', FILE, '--local', ...args], { NODE_NO_WARNINGS: '1', PLIMSOLL_SQL_URL: sql.url });

    beforeAll(async () => {
      sql = await startProcess(['--sample', String(interval)]);
      await sql.ingest(lines());
    }, 60_000);

    afterAll(async () => {
      await sql.stop();
      await removeData(sql);
    }, 30_000);

    it('replays all requests by weight, and estimates round robin', async () => {
      const { code, stdout, stderr } = await backtest('--strategy', 'round_robin', '--since', '1h', '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const printed = JSON.parse(stdout) as Printed;
      expect(printed.read).toMatchObject({ rows: 2_000 / interval, all_rows: 2_000 / interval });
      expect(printed.requests).toBe(2_000);
      // One of ten rows is kept at random. The standard deviation of 500 requests is below √(500 × 10); five of them are allowed.
      const allowed = interval === 1 ? 0 : 5 * Math.sqrt(500 * interval);
      const [one, two] = printed.origins;
      expect(Math.abs((two?.observed_requests ?? 0) - 500)).toBeLessThanOrEqual(allowed);
      expect([one?.replayed_requests, two?.replayed_requests]).toEqual([1_000, 1_000]);
      expect(printed.all.estimated.mean_ms).toBeCloseTo(50, 6);
      expect(printed.decisions_per_s).toBeGreaterThan(0);
    }, 30_000);

    it('prints a table, the number of rows, and what a backtest cannot know', async () => {
      const { code, stdout } = await backtest(
        '--strategy',
        '{"policy":"hash","options":{"key":"path"}}',
        '--rows',
        '100',
      );
      expect(code).toBe(0);
      expect(stdout).toContain(`the newest 100 of ${2_000 / interval} rows`);
      expect(stdout).toMatch(/^web\/one +\d+\.\d\d % /m);
      expect(stdout).toContain('How an origin reacts to more or less load');
      expect(stdout).toContain('The address of a client: a number stands for it.');
    }, 30_000);
  },
);

describe('lb backtest', () => {
  const servers: Array<{ close(): void }> = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  /** An API without traffic. */
  async function emptyApi(): Promise<string> {
    const row = {
      all_rows: '0',
      all_requests: '0',
      oldest: '1970-01-01 00:00:00',
      newest: '1970-01-01 00:00:00',
    };
    const server = createServer((_, response) =>
      response.end(JSON.stringify({ meta: [], data: [row], rows: 1 })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('reports that there is no traffic', async () => {
    const { code, stderr } = await lb(['backtest', FILE, '--since', '2h'], {
      NODE_NO_WARNINGS: '1',
      PLIMSOLL_SQL_URL: await emptyApi(),
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'lb: no traffic is recorded in the last 2h\n' });
  });

  it.each([
    [
      ['--strategy', 'proximity'],
      'proximity cannot be replayed, because it reads position, which traffic does not record',
    ],
    [['--strategy', 'nope'], '--strategy nope cannot be used among origins'],
    [['--strategy', 'geo', '--among', 'origins'], '--strategy geo cannot be used among origins'],
    [['--balancer', 'nope'], 'the configuration has no load balancer "nope"; it has shop'],
    [
      ['--rows', '0'],
      "option '--rows <n>' argument '0' is invalid. It must be a whole number of at least 1.",
      2,
    ],
    [['--since', 'tomorrow'], "argument 'tomorrow' is invalid", 2],
    [['--since', '1h'], 'no SQL API answers at 127.0.0.1:1', 3],
  ])('%j ends with one line', async (args, message, exit = 1) => {
    const { code, stdout, stderr } = await lb(['backtest', FILE, ...args], {
      NODE_NO_WARNINGS: '1',
      PLIMSOLL_SQL_URL: 'http://127.0.0.1:1',
    });
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
