import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeadInfo, VersionInfo } from '../../../shared/contracts/history.ts';
import { CONFIG_KEY, type ConfigHead } from '../../../shared/model/config.ts';
import { ADMIN_TOKEN, type ServedConsole, startConsole } from '../../../tools/harness/console.ts';
import { eventually } from '../harness/eventually.ts';
import { LB, published } from './account.ts';
import { type Answer, ask, result, send } from './caller.ts';

const CHANGES = 500;
const admin = { token: ADMIN_TOKEN };

let served: ServedConsole;
let pool: string;

beforeAll(async () => {
  served = await startConsole();
  const body = { name: 'eu', origins: [{ name: 'one', address: 'one.example.com' }] };
  const { id } = await result(served.url, 'POST', `${LB}/pools`, { ...admin, body });
  pool = `${LB}/pools/${id}`;
});

afterAll(() => served.stop());

async function versions(): Promise<VersionInfo[]> {
  const path = '/api/config/versions?limit=10000';
  return (await ask<{ versions: VersionInfo[] }>(served.url, 'GET', path, admin)).versions;
}

/** Reads the pool and writes a description, if nobody changed it in between. @returns undefined: nothing answered */
async function change(description: string): Promise<Answer | undefined> {
  try {
    const { headers } = await send(served.url, 'GET', pool, admin);
    const sent = { ...admin, body: { description }, headers: { 'if-match': String(headers['etag']) } };
    return await send(served.url, 'PATCH', pool, sent);
  } catch {
    return undefined;
  }
}

describe('two writers who each change one pool 500 times with If-Match', () => {
  it('get 200 or 412, add a version for each 200, and lose nothing when workerd is killed meanwhile', async () => {
    const before = (await versions()).length;
    const statuses = new Set<number>();
    const acknowledged: string[] = [];
    /** Changes whose answer was lost with the process. They were made, or not. */
    const unknown: string[] = [];
    let done = 0;
    const writer = async (name: string) => {
      for (let i = 0; i < CHANGES; i++) {
        const description = `${name}${i}`;
        const answer = await change(description);
        done++;
        if (answer === undefined) {
          unknown.push(description);
          await eventually(() =>
            send(served.url, 'GET', pool, admin).then(
              ({ status }) => status === 200,
              () => false,
            ),
          );
        } else {
          statuses.add(answer.status);
          if (answer.status === 200) acknowledged.push(description);
          else expect(answer.headers['x-should-retry']).toBe('false');
        }
      }
    };
    const killer = async () => {
      await eventually(() => done > CHANGES, 120_000);
      await served.restart();
    };
    await Promise.all([writer('a'), writer('b'), killer()]);

    expect([...statuses].sort()).toEqual([200, 412]);
    // Each writer waits for one answer at a time, so no more than two are lost.
    expect(unknown.length).toBeLessThanOrEqual(2);
    const added = (await versions()).slice(0, -before);
    const extra = added.length - acknowledged.length;
    expect(extra).toBeGreaterThanOrEqual(0);
    expect(extra).toBeLessThanOrEqual(unknown.length);
    // Each version continues the one before it: none was overwritten.
    expect(added.map(({ parent }) => parent)).toEqual(added.map(({ version }) => version - 1));

    const changes = await written(added.map(({ version }) => version));
    expect(acknowledged.filter((description) => !changes.has(description))).toEqual([]);
  });

  it('write the key `config` at most once a second, and KV ends with the last version', async () => {
    await published(served.url);
    const { version } = await ask<HeadInfo>(served.url, 'GET', '/api/config', admin);
    expect(served.kv.get<ConfigHead>(CONFIG_KEY)?.version).toBe(version?.version);
    const times = served.kv.puts.filter(({ key }) => key === CONFIG_KEY).map(({ at }) => at);
    expect(times.length).toBeGreaterThan(1);
    const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    // The object's clock and this one read a few milliseconds apart.
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(950);
  });
});

/** The descriptions that these versions brought. */
async function written(added: readonly number[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const version of added) {
    const path = `/api/config/versions/${version}`;
    const { source } = await ask<{ source: string }>(served.url, 'GET', path, admin);
    const description = /"description": "(\w+)"/.exec(source)?.[1];
    if (description !== undefined) found.add(description);
  }
  return found;
}
