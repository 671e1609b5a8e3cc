import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { DATASETS } from '../../../../shared/analytics/datasets.ts';
import { type Engine, SqlEngineError } from '../../../../tools/local/sql/engine.ts';
import { type SqlServer, type SqlServerOptions, startSqlServer } from '../../../../tools/local/sql/server.ts';

// The protocol, over an engine that only remembers; the real engine is in engine.test.ts.

let server: SqlServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function setUp(options: Partial<SqlServerOptions> = {}, broken: Partial<Engine> = {}) {
  const seen = { tables: [] as string[], rows: [] as string[], queries: [] as string[], log: [] as string[] };
  const engine: Engine = {
    createTable: async (dataset) => void seen.tables.push(dataset),
    insert: async (_, lines) => void seen.rows.push(...lines.split('\n')),
    query: async (sql, format) => {
      seen.queries.push(sql);
      return format === 'JSON'
        ? JSON.stringify({
            meta: [],
            data: [{ rows_in: seen.rows.length }],
            rows: 1,
            statistics: { elapsed: 1 },
          })
        : 'a\tb\n';
    },
    close: () => {},
    ...broken,
  };
  server = await startSqlServer({
    port: 0,
    data_dir: '',
    engine,
    log: (line) => seen.log.push(line),
    ...options,
  });
  const base = `http://127.0.0.1:${server.port}`;
  return {
    seen,
    ingest: async (...lines: string[]) =>
      (await fetch(`${base}/ingest`, { method: 'POST', body: lines.join('\n') })).json(),
    ask: (sql: string) =>
      fetch(`${base}/client/v4/accounts/any/analytics_engine/sql`, { method: 'POST', body: sql }),
    get: (path: string) => fetch(`${base}${path}`),
  };
}

/** As `fetch`, which does not let a program choose these headers. */
function rawStatus(port: number, path: string, headers: Record<string, string>, body = 'SELECT 1') {
  return new Promise<number | undefined>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers, agent: false };
    request(options, (response) => resolve(response.resume().statusCode))
      .once('error', reject)
      .end(body);
  });
}

const point = (index = 'a') =>
  JSON.stringify({ dataset: 'd', timestamp_ms: 1, indexes: [index], blobs: ['x'], doubles: [1] });

describe('the local SQL API', () => {
  it('creates every table before it answers, so the first query finds them', async () => {
    const { seen } = await setUp();
    expect(seen.tables).toEqual(Object.values(DATASETS).map(({ table }) => table));
  });

  it('includes the latest points in a query, and answers in the shape of production', async () => {
    const { ingest, ask, seen } = await setUp();
    expect(await ingest(point(), point())).toEqual({ accepted: 2, dropped: 0 });
    const answer = await ask('SELECT COUNT() FROM d');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ meta: [], data: [{ rows_in: 2 }], rows: 1 });
    expect(seen.queries).toEqual(['SELECT count() FROM `d`']);
  });

  it('accepts a query by GET', async () => {
    const { get } = await setUp();
    const answer = await get(
      '/client/v4/accounts/a/analytics_engine/sql?query=SELECT%201%20FORMAT%20TabSeparated',
    );
    expect([answer.status, await answer.text()]).toEqual([200, 'a\tb\n']);
  });

  it('refuses what production refuses, and does not run it', async () => {
    const { ask, seen } = await setUp();
    const answer = await ask('SELECT a FROM t JOIN u');
    expect([answer.status, await answer.text()]).toEqual([
      422,
      'line 1, column 17: JOIN is not supported (a query reads one table; ask once per table)',
    ]);
    expect(seen.queries).toEqual([]);
  });

  it('passes on the message of the engine about a bad query, and hides its own defects', async () => {
    const bad = await setUp({}, { query: async () => Promise.reject(new SqlEngineError('no column x')) });
    const answer = await bad.ask('SELECT x FROM t');
    expect([answer.status, await answer.text()]).toEqual([422, 'no column x']);
    await server?.close();
    const defect = await setUp({}, { query: async () => Promise.reject(new Error('secret')) });
    const hidden = await defect.ask('SELECT x FROM t');
    expect([hidden.status, await hidden.text()]).toEqual([500, 'internal error']);
    expect(defect.seen.log).toEqual(['analytics: secret']);
  });

  it('drops points that exceed the limits, counts them, and logs each reason once', async () => {
    const { ingest, seen } = await setUp();
    const wide = JSON.stringify({
      dataset: 'd',
      timestamp_ms: 1,
      indexes: ['x'.repeat(97)],
      blobs: [],
      doubles: [],
    });
    expect(await ingest(wide, point(), wide)).toEqual({ accepted: 1, dropped: 2 });
    expect(seen.log).toEqual([
      'analytics: a point was dropped, as production would drop it: an index of more than 96 bytes (said once)',
    ]);
  });

  it('samples each index by itself, and stores in each row how many points it stands for', async () => {
    const { ingest, ask, seen } = await setUp({ sample: 10 });
    await ingest(...Array.from({ length: 200 }, (_, i) => point(i % 2 ? 'odd' : 'even')));
    await ask('SELECT 1');
    const rows = seen.rows.map((row) => JSON.parse(row));
    expect(rows.filter(({ index1 }) => index1 === 'odd')).toHaveLength(10);
    expect(rows.filter(({ index1 }) => index1 === 'even')).toHaveLength(10);
    expect(new Set(rows.map(({ _sample_interval }) => _sample_interval))).toEqual(new Set([10]));
  });

  it('answers queries if the engine refuses points, and logs that once', async () => {
    const { ingest, ask, seen } = await setUp(
      {},
      { insert: async () => Promise.reject(new Error('disk full')) },
    );
    for (let i = 0; i < 3; i++) {
      await ingest(point());
      expect((await ask('SELECT 1')).status).toBe(200);
    }
    expect(seen.log).toEqual(['analytics: points are being lost: disk full (said once)']);
  });

  it('stores waiting points when it closes', async () => {
    const { ingest, seen } = await setUp();
    await ingest(point());
    await server?.close();
    server = undefined;
    expect(seen.rows).toHaveLength(1);
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/ingest', 404],
    ['DELETE', '/client/v4/accounts/a/analytics_engine/sql', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    await setUp();
    expect((await fetch(`http://127.0.0.1:${server?.port}${path}`, { method })).status).toBe(status);
  });

  it.each([
    [
      'another name, which may be one of an attacker that resolves to 127.0.0.1',
      { host: 'evil.example' },
      403,
    ],
    ['an address that is not this machine', { host: '10.0.0.1:8789' }, 403],
    ['a name that only begins like this machine', { host: 'localhost.evil.example' }, 403],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['an image of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['the console', { host: '127.0.0.1:8789', origin: 'http://localhost:8788' }, 200],
    ['a program that uses the name', { host: 'localhost:8789' }, 200],
    ['a program that uses IPv6', { host: '[::1]:8789' }, 200],
  ])('answers %s with the right status', async (_, headers, status) => {
    const { seen } = await setUp();
    const answer = await rawStatus(server?.port ?? 0, '/client/v4/accounts/a/analytics_engine/sql', headers);
    expect(answer).toBe(status);
    expect(seen.queries).toHaveLength(status === 200 ? 1 : 0);
    expect(await rawStatus(server?.port ?? 0, '/ingest', headers, '')).toBe(status);
  });

  it('refuses a body that is too large', async () => {
    await setUp();
    const body = 'x'.repeat(17 * 1024 * 1024);
    const answer = await fetch(`http://127.0.0.1:${server?.port}/ingest`, { method: 'POST', body });
    expect(answer.status).toBe(413);
  });

  it('rejects when its port is taken', async () => {
    await setUp();
    await expect(setUp({ port: server?.port ?? 0 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
