import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createBrotliDecompress } from 'node:zlib';
import { parse } from 'jsonc-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository, removeCopy } from '../../tools/harness/copy.ts';
import { until } from '../../tools/local/ready.ts';
import { collect, npmIn, portOptions, type StartPorts, startPorts, tokenIn } from './harness/npm_start.ts';

// Every example in one real `npm start`, because each start takes many seconds. The examples serve every host, so each gets a
// host of its own here: `canary` for examples/canary.jsonc. No two examples have a pool of the same name.

/** Slower than on a free machine: other tests share two cores with it. */
const READY_MS = 180_000;
/**
 * A gateway that is cold, or has just read another configuration, orders the pools itself if the selector takes long. On a
 * busy machine a few requests are served that way.
 */
const COLD = { timeout: 60_000 };

let folder: string;
let ports: StartPorts;
let running: ChildProcess;
/** Exit code of the command that ends the maintenance of the example's shop. */
let opening: Promise<number | null> | undefined;

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

beforeAll(async () => {
  folder = copyRepository();
  const config = together(join(folder, 'examples'));
  ports = await startPorts();
  running = npmIn(folder, ['start', '--', '--config', config, ...portOptions(ports)]);
  const said = collect(running);
  const ready = () => said().includes('Ctrl-C ends it');
  await until(async () => ready() || running.exitCode !== null, Date.now() + READY_MS);
  expect(said()).toContain('Ctrl-C ends it');
}, READY_MS + 10_000);

afterAll(async () => {
  // It would wait for ever if the system ended under it.
  await opening;
  running.kill('SIGTERM');
  // npm ends before what it runs, which takes this file away last.
  const facts = join(folder, '.plimsoll', 'local.json');
  await until(async () => !existsSync(facts), Date.now() + 30_000);
  removeCopy(folder);
});

interface Example {
  load_balancers: Array<{ name: string; [field: string]: unknown }>;
  pools: object[];
  monitors?: object[];
}

/** Writes one configuration with all examples. @returns its path */
function together(examples: string): string {
  const files = readdirSync(examples).filter((file) => file.endsWith('.jsonc'));
  const read = files.map((file) => {
    const example = parse(readFileSync(join(examples, file), 'utf8')) as Example;
    const host = file.replace('.jsonc', '');
    return { ...example, load_balancers: example.load_balancers.map((one) => ({ ...one, name: host })) };
  });
  const file = join(examples, 'together.jsonc');
  const all = {
    load_balancers: read.flatMap(({ load_balancers }) => load_balancers),
    pools: read.flatMap(({ pools }) => pools),
    monitors: read.flatMap(({ monitors = [] }) => monitors),
  };
  // As in the examples: `--demo-port` moves ports that are written like this.
  writeFileSync(file, JSON.stringify(all, undefined, 1));
  return file;
}

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Asks an example's host. `fetch` would not send another host than the URL's. */
function ask(example: string, path = '/', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const host = { host: example, ...headers };
    get({ host: '127.0.0.1', port: ports.gateway, path, headers: host, agent: false }, async (response) => {
      // The local runtime compresses the answers of requests that tell it a country.
      const packed = response.headers['content-encoding'] === 'br';
      const body = await text(packed ? response.pipe(createBrotliDecompress()) : response);
      resolve({ status: response.statusCode, headers: response.headers, body });
    }).once('error', reject);
  });
}

/** The name of the demo origin that answers. */
async function origin(example: string, headers: Record<string, string> = {}): Promise<string> {
  return (await ask(example, '/', headers)).body.trim();
}

/** Sends a number of requests, ten at a time. @returns what they say, in their order */
async function inTens(count: number, send: (index: number) => Promise<string>): Promise<string[]> {
  const names: string[] = [];
  while (names.length < count) {
    const length = Math.min(10, count - names.length);
    names.push(...(await Promise.all(Array.from({ length }, (_, index) => send(names.length + index)))));
  }
  return names;
}

/** How often each name is in a list. */
function counts(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}

/** Runs a query until its answer holds, because rows arrive a moment after the requests. */
async function rowsOnce<Row>(query: string, holds: (rows: Row[]) => boolean): Promise<Row[]> {
  let rows: Row[] = [];
  await until(async () => {
    const { stdout } = npmIn(folder, ['run', '-s', 'lb', '--', 'sql', '--json', query]);
    rows = stdout === null ? [] : (JSON.parse(await text(stdout)) as Row[]);
    return holds(rows);
  }, Date.now() + 60_000);
  return rows;
}

describe('examples', () => {
  it('maintenance: one path shows a page, and the others are served', async () => {
    const page = await ask('maintenance', '/shop');
    expect(page.status).toBe(503);
    expect(page.headers['retry-after']).toBe('600');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toBe('<h1>Back at noon</h1>\n');
    expect(await origin('maintenance')).toBe('one');
    // Isolates use what a command changes within ten seconds. The other tests run meanwhile, and the last one sees the effect.
    opening = exitOf(npmIn(folder, ['run', '-s', 'lb', '--', 'ready', '--local', '--balancer', 'shop']));
  });

  it('canary: a policy on trial decides for a fifth of the requests, as SQL says', async () => {
    await inTens(200, () => origin('canary'));
    type Row = { variant: string; origin: string; requests: number };
    const rows = await rowsOnce<Row>(
      "SELECT variant, origin, sum(_sample_interval) AS requests FROM traffic WHERE balancer = 'canary' GROUP BY variant, origin",
      (rows) => rows.reduce((sum, { requests }) => sum + Number(requests), 0) >= 200,
    );
    const of = (variant: string) => rows.filter((row) => row.variant === variant);
    // Its policy is "off", which takes the first origin.
    expect(of('canary').map((row) => row.origin)).toEqual(['app/one']);
    expect(of('live')).toHaveLength(3);
    // A cold gateway decides a few requests itself, so the share is of those that one of the policies decided.
    const requests = (variant: string) => of(variant).reduce((sum, row) => sum + Number(row.requests), 0);
    const share = requests('canary') / (requests('canary') + requests('live'));
    // 5 standard deviations of 200 independent draws at 0.2: 5 · √(0.2 · 0.8 / 200) = 0.14.
    expect(Math.abs(share - 0.2)).toBeLessThan(0.14);
  });

  it('release: a tenth of the users get the new release, each of them every time, and testers always', async () => {
    const user = (index: number) => origin('release', { cookie: `user=${index + 1}` });
    const isNew = (name: string) => name === 'three';
    const chosen = async () =>
      (await inTens(100, user)).flatMap((name, index) => (isNew(name) ? [index] : []));
    let first: number[] = [];
    // By hash of the user, so the same users in every run.
    const again = async () => {
      first = await chosen();
      return { same: (await chosen()).join() === first.join(), enough: first.length > 4 };
    };
    await expect.poll(again, COLD).toEqual({ same: true, enough: true });
    expect(first.length).toBeLessThan(16);
    const testers = await inTens(10, (index) =>
      origin('release', { cookie: `user=${index + 1}`, 'x-tester': 'yes' }),
    );
    expect(counts(testers)).toEqual({ three: 10 });
  });

  it('sessions: a client with its cookie stays on its origin, and others take turns', async () => {
    const first = await ask('sessions');
    const name = first.body.trim();
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(cookie).not.toBe('');
    expect(counts(await inTens(6, () => origin('sessions', { cookie })))).toEqual({ [name]: 6 });
    const others = async () => Object.keys(counts(await inTens(6, () => origin('sessions')))).sort();
    await expect.poll(others, COLD).toEqual(['one', 'three', 'two']);
  });

  it('geo: the country of a request chooses the pool', async () => {
    const from = (country: string) => origin('geo', { 'mf-cf-blob': JSON.stringify({ country }) });
    const all = () => Promise.all(['DE', 'FR', 'JP', 'BR'].map(from));
    await expect.poll(all, COLD).toEqual(['one', 'one', 'two', 'three']);
    expect(await origin('geo')).toBe('three');
  });

  it('cost: the cheap pool serves until it is full, and the expensive pool gets the rest', async () => {
    expect(await origin('cost')).toBe('one');
    let names: string[] = [];
    const overflows = async () => {
      names = await Promise.all(Array.from({ length: 200 }, () => origin('cost')));
      return names.includes('three');
    };
    expect(await until(overflows, Date.now() + 60_000)).toBe(true);
    expect(Object.keys(counts(names)).sort()).toEqual(['one', 'three']);
  });

  it('proxies: each pool is reached through its own proxy Worker, as its origins and SQL say', async () => {
    interface Echo {
      origin: string;
      headers: Record<string, string>;
    }
    const seen = new Map<string, string | undefined>();
    const look = async () => {
      const { origin, headers } = JSON.parse((await ask('proxies', '/echo')).body) as Echo;
      seen.set(origin, headers['cf-worker']?.split('.')[0]);
      return Object.fromEntries(seen);
    };
    await expect.poll(look, COLD).toEqual({
      one: 'plimsoll-proxy-eu-local',
      two: 'plimsoll-proxy-eu-local',
      three: 'plimsoll-proxy-us-local',
    });
    type Row = { proxy: string; pool: string };
    const rows = await rowsOnce<Row>(
      "SELECT proxy, pool FROM traffic WHERE balancer = 'proxies' GROUP BY proxy, pool ORDER BY pool",
      (rows) => rows.length >= 2,
    );
    expect(rows).toEqual([
      { proxy: 'PROXY_EU', pool: 'frankfurt' },
      { proxy: 'PROXY_US', pool: 'virginia' },
    ]);
  });

  it('proxies: health checks take the same way', async () => {
    type Status = { balancers: Array<{ pools: Array<{ id: string; origins: Array<{ state: string }> }> }> };
    const states = async () => {
      const { balancers } = (await (
        await fetch(`http://127.0.0.1:${ports.console}/api/status`, {
          headers: { authorization: `Bearer ${tokenIn(folder)}` },
        })
      ).json()) as Status;
      const pools = balancers
        .flatMap(({ pools }) => pools)
        .filter(({ id }) => /^(frankfurt|virginia)$/.test(id));
      return pools.flatMap(({ origins }) => origins.map(({ state }) => state));
    };
    expect(await until(async () => String(await states()) === 'up,up,up', Date.now() + 60_000)).toBe(true);
  });

  it('maintenance: the command that was given takes the page away', async () => {
    expect(await opening).toBe(0);
    const opened = async () => (await ask('maintenance', '/shop')).status === 200;
    expect(await until(opened, Date.now() + 60_000)).toBe(true);
    expect((await ask('maintenance', '/shop')).body).toBe('two\n');
  });
});
