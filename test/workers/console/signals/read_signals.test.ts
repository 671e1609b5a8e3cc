import { describe, expect, it } from 'vitest';
import type { SqlAccess } from '../../../../workers/console/signals/ask_sql.ts';
import { readSignals } from '../../../../workers/console/signals/read_signals.ts';
import { NOW } from '../fixture.ts';

const LOCAL: SqlAccess = { LOCAL: 'true', ACCOUNT_ID: 'local', SQL_URL: 'http://127.0.0.1:8789' };
const PRODUCTION: SqlAccess = { ACCOUNT_ID: 'abc', SQL_TOKEN: 'secret' };

function answering(status: number, body: string) {
  const seen: Request[] = [];
  const send = async (url: RequestInfo | URL, init?: RequestInit) => {
    seen.push(new Request(url as string, init));
    return new Response(body, { status });
  };
  return { send: send as typeof fetch, seen };
}

describe('readSignals', () => {
  it('asks the configured account with the token, and the local API without one', async () => {
    const { send, seen } = answering(200, '{"data":[]}');
    expect(await readSignals(PRODUCTION, NOW, send)).toMatchObject({ traffic_s: 300 });
    await readSignals(LOCAL, NOW, send);
    expect(seen.map(({ url }) => url)).toEqual([
      ...Array(5).fill('https://api.cloudflare.com/client/v4/accounts/abc/analytics_engine/sql'),
      ...Array(5).fill('http://127.0.0.1:8789/client/v4/accounts/local/analytics_engine/sql'),
    ]);
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer secret');
    expect(seen[5]?.headers.has('authorization')).toBe(false);
  });

  it.each([
    [
      'a gateway of the version before still writes',
      { v1: 200, v2: 200 },
      { requests: 30, errors: 3, p95_ms: 20 },
    ],
    ['there is no older table', { v1: 422, v2: 200 }, { requests: 10, errors: 1, p95_ms: 20 }],
  ])('adds up the versions of the dataset when %s', async (_, status, expected) => {
    const send = async (_url: unknown, init?: RequestInit) => {
      const sql = String(init?.body);
      const old = sql.includes('plimsoll_traffic_v1');
      const row = { balancer: 'app', origin: 'p/a', requests: old ? '20' : '10', errors: old ? '2' : '1' };
      const data = sql.includes('p95_ms') ? [{ ...row, p95_ms: old ? 15 : 20 }] : [];
      return new Response(JSON.stringify({ data }), { status: old ? status.v1 : status.v2 });
    };
    const signals = await readSignals(LOCAL, NOW, send as typeof fetch);
    if (typeof signals === 'string') throw new Error(signals);
    expect(signals.traffic.get('app p/a')).toEqual(expected);
  });

  it.each([
    [{}, 'set the variable ACCOUNT_ID and the secret SQL_TOKEN (see wrangler.console.toml)'],
    [{ ACCOUNT_ID: 'abc' }, 'set the secret SQL_TOKEN (see wrangler.console.toml)'],
  ])('sends nothing with %j, and says which setting is missing', async (env, reason) => {
    const { send, seen } = answering(200, '{"data":[]}');
    expect(await readSignals(env, NOW, send)).toBe(reason);
    expect(seen).toEqual([]);
  });

  it.each([
    [403, 'x', 'the SQL API answered 403: give SQL_TOKEN the permission Account Analytics: Read'],
    [500, 'secret internals', 'the SQL API answered 500'],
    [200, '{}', 'the SQL API returned no rows'],
    [200, 'nonsense', 'the SQL API returned no rows'],
  ])('says what is wrong when the API answers %d %j', async (status, body, reason) => {
    expect(await readSignals(PRODUCTION, NOW, answering(status, body).send)).toBe(reason);
  });

  it('says so when the API refuses the connection or does not answer within a second', async () => {
    const refuse = async () => {
      throw new TypeError('refused');
    };
    expect(await readSignals(LOCAL, NOW, refuse as typeof fetch)).toBe('the SQL API cannot be reached');
    let aborted = false;
    const hang = (_: unknown, init?: RequestInit) => {
      init?.signal?.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise<Response>(() => {});
    };
    expect(await readSignals(LOCAL, NOW, hang as typeof fetch)).toBe('the SQL API did not answer within 1 s');
    expect(aborted).toBe(true);
  });
});
