import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { withShare } from '../../../../tools/cli/strategy/compare.ts';
import { inRoot } from '../../../../tools/project/root.ts';

const text = (name: string) => ({ name, type: 'String' });
const number = (name: string, type = 'Float64') => ({ name, type });

const VARIANTS = {
  meta: [text('balancer'), text('pool'), text('strategy'), text('variant'), number('requests', 'UInt64')],
  data: [
    { balancer: 'app', pool: 'eu', strategy: 'off/random', variant: 'live', requests: '950' },
    { balancer: 'app', pool: 'eu', strategy: 'off/hash', variant: 'canary', requests: '50' },
    { balancer: 'app', pool: 'us', strategy: 'off/random', variant: 'live', requests: '7' },
  ],
  rows: 3,
};
const SHADOWS = {
  meta: [text('strategy'), text('shadow_strategy'), number('decisions', 'UInt64'), number('differs')],
  data: [{ strategy: 'off/random', shadow_strategy: 'off/hash', decisions: '950', differs: 0.5 }],
  rows: 1,
};
const CLIENTS = {
  meta: ['balancer', 'client', 'variant', 'origin', 'shadow', 'requests'].map(text),
  data: [
    {
      balancer: 'app',
      client: 7,
      variant: 'live',
      origin: 'eu/a',
      shadow: 'eu/b',
      requests: 9,
    },
    {
      balancer: 'app',
      client: 8,
      variant: 'live',
      origin: 'eu/a',
      shadow: 'eu/a',
      requests: 1,
    },
  ],
  rows: 2,
};
const NONE = { meta: VARIANTS.meta, data: [], rows: 0 };

/** Runs `lb strategy compare` as a process, against an API with these answers. */
async function compare(args: string[], variants: object, shadows: object, clients: object) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let sql = '';
    for await (const chunk of request) sql += chunk;
    asked.push(sql);
    // The stored columns of `client`, `shadow_strategy` and `variant`.
    const result = sql.includes('double10') ? clients : sql.includes('blob19') ? shadows : variants;
    response.end(JSON.stringify(result));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { CLOUDFLARE_API_TOKEN: _, CLOUDFLARE_ACCOUNT_ID: __, ...rest } = process.env;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const said = await new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      process.execPath,
      [inRoot('tools', 'cli', 'lb.ts'), 'strategy', 'compare', ...args],
      { env: { ...rest, PLIMSOLL_SQL_URL: url } },
      (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out: out.trimEnd(), err: err.trimEnd() }),
    );
  });
  server.close();
  return { ...said, asked };
}

describe('lb strategy compare', { concurrent: true }, () => {
  it('prints strategies with their share of the pool, differences of shadows, and moved clients', async () => {
    const { code, out, asked } = await compare(['--since', '15m'], VARIANTS, SHADOWS, CLIENTS);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.trim().split(/\s+/))).toEqual([
      ['balancer', 'pool', 'strategy', 'variant', 'requests', 'share'],
      ['app', 'eu', 'off/random', 'live', '950', '0.9500'],
      ['app', 'eu', 'off/hash', 'canary', '50', '0.0500'],
      ['app', 'us', 'off/random', 'live', '7', '1'],
      [''],
      ['strategy', 'shadow_strategy', 'decisions', 'differs'],
      ['off/random', 'off/hash', '950', '0.5000'],
      [''],
      ['balancer', 'trial', 'clients', 'moved_clients', 'moved'],
      ['app', 'shadow', '2', '1', '0.5000'],
    ]);
    const queries = asked.filter((sql) => sql !== 'SHOW TABLES');
    expect(queries).toHaveLength(3);
    for (const sql of queries) expect(sql).toContain("INTERVAL '15' MINUTE");
  });

  it('prints the same as JSON', async () => {
    const { out } = await compare(['--json'], VARIANTS, SHADOWS, CLIENTS);
    const { variants, shadows, moved } = JSON.parse(out);
    expect(variants[1]).toMatchObject({ variant: 'canary', requests: 50, share: 0.05 });
    expect(shadows).toEqual([
      { strategy: 'off/random', shadow_strategy: 'off/hash', decisions: 950, differs: 0.5 },
    ]);
    expect(moved).toEqual([{ balancer: 'app', trial: 'shadow', clients: 2, moved_clients: 1, moved: 0.5 }]);
  });

  it('reports that there was no traffic, and refuses a span that it cannot read', async () => {
    expect((await compare([], NONE, NONE, NONE)).out).toBe('no traffic in the last 1h');
    const { code, err, asked } = await compare(['--since', 'soon'], NONE, NONE, NONE);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toMatch(/^error: .*'soon' is invalid/);
  });
});

describe('withShare', () => {
  it('is the share of the pool, not of all requests', () => {
    expect(withShare(VARIANTS).data.map(({ share }) => share)).toEqual([0.95, 0.05, 1]);
  });
});
