import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { inRoot } from '../../../tools/project/root.ts';

// `lb sql` as a real process, against a stand-in for the API.

const closers: Array<() => void> = [];
afterAll(() => {
  for (const close of closers.splice(0)) close();
});

async function api(status: number, body: string) {
  const seen: Array<{ path: string; authorization: string; sql: string }> = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let sql = '';
    for await (const chunk of request) sql += chunk;
    seen.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', sql });
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function lb(args: string[], env: Record<string, string> = {}) {
  const { CLOUDFLARE_API_TOKEN: _, CLOUDFLARE_ACCOUNT_ID: __, ...rest } = process.env;
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      process.execPath,
      [inRoot('tools', 'cli', 'lb.ts'), 'sql', ...args],
      { env: { ...rest, ...env } },
      (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out: out.trimEnd(), err: err.trimEnd() }),
    );
  });
}

const ANSWER = JSON.stringify({
  meta: [
    { name: 'origin', type: 'String' },
    { name: 'n', type: 'UInt64' },
  ],
  data: [{ origin: 'web/one', n: '12' }],
  rows: 1,
});
const PRODUCTION = { CLOUDFLARE_API_TOKEN: 'secret-token', CLOUDFLARE_ACCOUNT_ID: 'acc' };

describe('lb sql', { concurrent: true }, () => {
  it('sends physical columns to the local API and prints a table', async () => {
    const { url, seen } = await api(200, ANSWER);
    const { code, out } = await lb(['SELECT origin, count() AS n FROM traffic GROUP BY origin'], {
      PLIMSOLL_SQL_URL: url,
    });
    expect({ code, out }).toEqual({ code: 0, out: ' origin     n\n web/one   12' });
    expect(seen.slice(1)).toEqual([
      {
        path: '/client/v4/accounts/local/analytics_engine/sql',
        authorization: '',
        sql: 'SELECT blob3 AS origin, count() AS n FROM plimsoll_traffic_v2 GROUP BY blob3',
      },
    ]);
  });

  it('asks production if there is a token for it', async () => {
    const { url, seen } = await api(200, ANSWER);
    const { out } = await lb(['--query', 'share-per-origin', '--since', '15m', '--json'], {
      ...PRODUCTION,
      PLIMSOLL_SQL_URL: url,
    });
    expect(JSON.parse(out)).toEqual([{ origin: 'web/one', n: 12 }]);
    expect(seen[0]).toMatchObject({
      path: '/client/v4/accounts/acc/analytics_engine/sql',
      authorization: 'Bearer secret-token',
    });
    expect(seen[1]?.sql).toContain("WHERE timestamp > now() - INTERVAL '15' MINUTE");
  });

  it('asks the local API with --local despite a token, and does not send the token', async () => {
    const { url, seen } = await api(200, ANSWER);
    const { out } = await lb(['SELECT 1', '--local', '--csv'], { ...PRODUCTION, PLIMSOLL_SQL_URL: url });
    expect(out).toBe('origin,n\r\nweb/one,12');
    expect(seen[0]?.authorization).toBe('');
  });

  it('prints the answer as it comes if the query has its own FORMAT', async () => {
    const { url } = await api(200, 'a\t1\n');
    expect((await lb(['SELECT 1 FORMAT TabSeparated'], { PLIMSOLL_SQL_URL: url })).out).toBe('a\t1');
  });

  it('explains a query without sending it', async () => {
    const { code, out } = await lb(['--explain', 'SELECT origin FROM health'], {
      PLIMSOLL_SQL_URL: 'http://127.0.0.1:1',
    });
    expect({ code, out }).toEqual({ code: 0, out: 'SELECT index1 AS origin FROM plimsoll_health_v1' });
  });

  it('explains what it would ask of each version of a dataset', async () => {
    const { out } = await lb(['--explain', 'SELECT variant FROM traffic']);
    expect(out).toBe(
      "SELECT substring(blob5, position(' ' IN blob5) + 1) AS variant FROM plimsoll_traffic_v2\n\n" +
        '-- and for older rows, if there are any:\nSELECT blob17 AS variant FROM plimsoll_traffic_v1',
    );
  });

  it('lists the named queries', async () => {
    const { out } = await lb(['--list']);
    expect(out.split('\n').map((line) => line.split('  ')[0])).toContain('share-per-origin');
  });

  it.each([
    [1, ['SELECT orign FROM traffic'], {}, 'did you mean `origin`?'],
    [
      3,
      ['SELECT 1'],
      { PLIMSOLL_SQL_URL: 'http://127.0.0.1:1' },
      'no SQL API answers at 127.0.0.1:1; start it with `npm start`',
    ],
    [2, ['SELECT 1'], { CLOUDFLARE_API_TOKEN: 'secret-token' }, 'CLOUDFLARE_ACCOUNT_ID is not'],
    [2, ['SELECT 1', '--remote'], {}, '--remote needs CLOUDFLARE_API_TOKEN'],
    [2, ['--query', 'nope'], {}, 'there is no query `nope`; there are '],
    [2, ['--query', 'slow-paths'], {}, 'there is no query `slow-paths`; did you mean `slowest-paths`?'],
    [2, ['SELECT 1', '--since', '1h'], {}, '--since has no effect'],
    [2, ['--query', 'decisions', '--since', 'tomorrow'], {}, "argument 'tomorrow' is invalid"],
    [2, [], {}, 'there is no query; write one'],
  ])('ends with exit code %i and one line: %j %j', async (exit_code, args, env, message) => {
    const { code, out, err } = await lb(args, env);
    expect({ code, out }).toEqual({ code: exit_code, out: '' });
    expect(err).toContain(message);
    expect(err.split('\n')).toHaveLength(1);
  });

  it.each([
    [1, 401, '{"errors":[{"code":10000,"message":"Authentication error"}]}', 'refused the token (401)'],
    [1, 403, '', 'needs the permission Account Analytics: Read'],
    [1, 422, 'unknown table: x', 'unknown table: x (422 from '],
    [3, 500, '{"errors":[{"message":"broken"}]}', 'broken (500 from '],
    [3, 200, '<html>', 'the answer is not JSON'],
    [3, 200, '{}', 'the answer has no `meta` and `data`'],
  ])(
    'ends with exit code %i and the meaning of an answer of %i %s, and never the token',
    async (exit_code, status, body, message) => {
      const { url } = await api(status, body);
      const { code, out, err } = await lb(['SELECT 1'], { ...PRODUCTION, PLIMSOLL_SQL_URL: url });
      expect(code).toBe(exit_code);
      expect(err).toContain(message);
      expect(out + err).not.toContain('secret-token');
    },
  );
});
