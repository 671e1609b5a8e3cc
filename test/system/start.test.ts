import { type ChildProcess, execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository, removeCopy } from '../../tools/harness/copy.ts';
import { freePorts } from '../../tools/local/ports.ts';
import { until } from '../../tools/local/ready.ts';
import { collect, npmIn, portOptions, type StartPorts, startPorts, tokenIn } from './harness/npm_start.ts';

// The real `npm start`, in a copy of the repository. It can run beside a developer's own, and the test can edit a strategy.

/** Longer than on a free machine, because other tests share two cores with it. */
const READY_MS = 180_000;

let folder: string;
let gateway: string;
let ports: StartPorts;
let running: ChildProcess;
/** All npm processes that run. */
const started = new Set<ChildProcess>();
/** Holds the port that the selector is given at first. Any process may take a port between the check and its use. */
const thief = createServer();
/** Returns what the first npm has printed. */
let said = () => '';

beforeAll(async () => {
  folder = copyRepository();
  ports = await startPorts();
  gateway = `http://127.0.0.1:${ports.gateway}`;
  const [stolen = 0] = await freePorts(1);
  await new Promise<void>((resolve) => thief.listen(stolen, '127.0.0.1', resolve));
  edit(
    'tools/local/part_list.ts',
    'await freePorts(names.length)',
    `[${stolen}, ...(await freePorts(names.length - 1))]`,
  );
  running = npm('start', '--', ...portOptions(ports));
  said = collect(running);
  const ready = () => said().includes('Ctrl-C ends it') || ended();
  await until(async () => ready(), Date.now() + READY_MS);
}, READY_MS + 10_000);

afterAll(() => {
  thief.close();
  // This also ends a second system that should not have started beside the first.
  for (const child of started) child.kill('SIGTERM');
  removeCopy(folder);
});

/** Changes a file of the copy. */
function edit(path: string, before: string | RegExp, after: string): void {
  const file = join(folder, path);
  const source = readFileSync(file, 'utf8');
  const edited = source.replace(before, after);
  expect(edited).not.toBe(source);
  writeFileSync(file, edited);
}

function npm(...args: string[]): ChildProcess {
  const child = npmIn(folder, args);
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

/** Returns the process id of a part, as the table shows it. */
function pidOf(name: string): number {
  return Number(new RegExp(`^${name} .* (\\d+) +\\S+$`, 'm').exec(said())?.[1]);
}

/** Returns the processes of a part: its own and those it started, without zombies. */
function processesOf(pid: number): number[] {
  return execFileSync('ps', ['-eo', 'pid=,pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, group, state]) => Number(group) === pid && !state?.startsWith('Z'))
    .map(([id]) => Number(id));
}

async function countOrigins(requests: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let i = 0; i < requests; i++) {
    const name = (await (await fetch(gateway)).text()).trim();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Returns the state of an origin in the console: `down tcp_connection_failed`. */
async function stateOf(id: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${ports.console}/api/status`, {
    headers: { authorization: `Bearer ${tokenIn(folder)}` },
  });
  const { balancers } = (await response.json()) as {
    balancers: { pools: { origins: { id: string; state: string; reason: string | null }[] }[] }[];
  };
  const origin = balancers[0]?.pools[0]?.origins.find((one) => one.id === id);
  return `${origin?.state} ${origin?.reason ?? ''}`.trim();
}

/** Sends requests until `happens` has ended, for at most three minutes. */
async function underLoad(happens: () => Promise<void>): Promise<autocannon.Result> {
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const load = autocannon({ url: gateway, connections: 4, duration: 180 }, (error, result) =>
    error ? reject(error) : resolve(result),
  );
  await happens().finally(() => load.stop());
  return promise;
}

async function outputOf(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream);
}

/** An example of docs/api.md, for the ports of this test. @param name as in the comment before it: `<!-- run: curl -->` */
function example(name: string): string {
  const page = readFileSync(join(folder, 'docs', 'api.md'), 'utf8');
  const [, code = ''] = page.split(`<!-- run: ${name} -->`)[1]?.split(/```\w*\n/) ?? [];
  return code.replaceAll('localhost:8788', `127.0.0.1:${ports.console}`);
}

/** npm ends with the signal it was sent, once its child has ended. */
function ended(): boolean {
  return running.exitCode !== null || running.signalCode !== null;
}

describe('npm start', () => {
  it('gets ready and prints what runs where', () => {
    expect(said()).toMatch(/^ready in \d+\.\d s$/m);
    expect(said()).toContain(`http://localhost:${ports.gateway}`);
    for (const name of [
      'gateway',
      'console',
      'selector',
      'proxy',
      'health',
      'analytics',
      'sql',
      'origin-one',
    ])
      expect(processesOf(pidOf(name)).length, name).toBeGreaterThan(0);
  });

  it('gives a Worker another port if its own is taken before it can listen', () => {
    const selector = /^selector .* http:\/\/localhost:(\d+) /m.exec(said())?.[1];
    expect(selector).toBeDefined();
    expect(selector).not.toBe(String((thief.address() as AddressInfo).port));
  });

  it('spreads requests evenly over its three origins', async () => {
    const counts = await countOrigins(30);
    // The round robin of one isolate is exact, except for where it begins.
    expect([...counts.keys()].sort()).toEqual(['one', 'three', 'two']);
    for (const count of counts.values()) expect(Math.abs(count - 10)).toBeLessThanOrEqual(2);
  });

  it('carries method, query and body as sent', async () => {
    const response = await fetch(`${gateway}/echo?a=1&b=2`, { method: 'POST', body: 'hello' });
    expect(await response.json()).toMatchObject({ method: 'POST', query: 'a=1&b=2', body: 'hello' });
  });

  it('merges slashes and drops an empty query, as wrangler dev does between two of its processes', async () => {
    for (const path of ['//echo', '/echo?']) {
      const echo = (await (await fetch(gateway + path)).json()) as { url: string };
      expect(echo.url).toBe('/echo');
    }
  });

  it('counts the requests in SQL', async () => {
    let output = '';
    const counted = await until(async () => {
      const query = npm('run', '-s', 'lb', '--', 'sql', '--json', '--query', 'share-per-origin');
      output = await outputOf(query.stdout);
      return ['one', 'two', 'three'].every((name) => output.includes(`demo/${name}`));
    }, Date.now() + 60_000);
    expect(counted, output).toBe(true);
  });

  it('continues without an origin that is killed, and shows that it is down and why', async () => {
    const result = await underLoad(async () => {
      process.kill(pidOf('origin-two'), 'SIGKILL');
      const down = async () => (await stateOf('demo/two')) === 'down tcp_connection_failed';
      expect(await until(down, Date.now() + 60_000)).toBe(true);
    });
    expect(result['2xx']).toBeGreaterThan(0);
    expect({ non2xx: result.non2xx, errors: result.errors }).toEqual({ non2xx: 0, errors: 0 });
    expect(said()).toContain('origin-two ended');
  });

  it('loads an edited strategy under load without a failed request or a new gateway process', async () => {
    const before = processesOf(pidOf('gateway'));
    const result = await underLoad(async () => {
      edit(
        'shared/strategies/round_robin.ts',
        /return \{ order: .* \};/,
        'return { order: targets.map(({ id }) => id) };',
      );
      const took = async () => (await countOrigins(6)).get('one') === 6;
      expect(await until(took, Date.now() + 60_000)).toBe(true);
    });
    expect({ non2xx: result.non2xx, errors: result.errors }).toEqual({ non2xx: 0, errors: 0 });
    expect(processesOf(pidOf('gateway'))).toEqual(before);
  });

  it('follows a change through the console, which `lb` finds with its token', async () => {
    const lb = npm('run', '-s', 'lb', '--', 'maintenance', '--local', '--balancer', '*');
    const [printed, complaint] = await Promise.all([outputOf(lb.stdout), outputOf(lb.stderr)]);
    expect(printed).toContain('is in maintenance in local: version 2');
    expect(complaint).toBe('');
    const followed = async () => (await fetch(gateway)).status === 503;
    expect(await until(followed, Date.now() + 60_000)).toBe(true);
  });

  it('prints the token of the console, whose file only its owner can read', () => {
    const token = tokenIn(folder);
    expect(said()).toContain(`console: http://localhost:${ports.console}, token ${token}\n`);
    expect(statSync(join(folder, '.plimsoll', 'local', 'console.token')).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, '.plimsoll', 'local.json'), 'utf8')).not.toContain(token);
  });

  it('runs the curl example of docs/api.md: it shows states, drains an origin and shows what changed', () => {
    const output = execFileSync('bash', ['-euc', example('curl')], { cwd: folder, encoding: 'utf8' });
    expect(output).toContain('"comment": "kernel update"');
    expect(output).toMatch(/"pointer": "\/origins\/0\/state",\s+"after": "drain"/);
  });

  it("runs the example of docs/api.md for Cloudflare's SDK: it creates a pool, changes a weight and deletes it", () => {
    writeFileSync(join(folder, 'example.mjs'), example('sdk'));
    const output = execFileSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(output.trim()).toBe('0.5');
  });

  it('does not mistake a process that got the id of a killed one for its own', async () => {
    const file = join(folder, '.plimsoll', 'local.json');
    const facts = readFileSync(file, 'utf8');
    // This pretends that the same process had started at another time.
    writeFileSync(file, facts.replace(/("process_identity": ")/, '$1of another '));
    const second = npm('-s', 'start', '--', ...portOptions(ports));
    const complaint = await outputOf(second.stderr);
    writeFileSync(file, facts);
    expect(complaint).not.toContain('already runs');
    expect(complaint).toContain(`port ${ports.gateway} (the gateway) is in use`);
  });

  it('refuses to run twice in one folder, with one line', async () => {
    const second = npm('-s', 'start', '--', ...portOptions(ports));
    const complaint = await outputOf(second.stderr);
    expect(complaint).toMatch(
      /^npm start: it already runs in this checkout, as process \d+; end that process first$/m,
    );
  });

  it('leaves no process behind when it ends', async () => {
    const pids = [...said().matchAll(/ (\d+) +\S+\.log$/gm)].map(([, pid]) => Number(pid));
    expect(pids.length).toBeGreaterThanOrEqual(10);
    running.kill('SIGTERM');
    const gone = () => ended() && pids.every((pid) => processesOf(pid).length === 0);
    expect(await until(async () => gone(), Date.now() + 60_000)).toBe(true);
  });
});
