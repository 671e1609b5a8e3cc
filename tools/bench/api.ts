import { loadavg } from 'node:os';
import { CONFIG_KEY } from '../../shared/model/config.ts';
import { ACCOUNT, ADMIN_TOKEN, startConsole, ZONE } from '../harness/console.ts';
import { balancerBody, monitorBody, POOLS_PER_BALANCER, poolBody } from './api/fleet.ts';
import { TimedClient } from './api/timed_client.ts';
import { canPin, residentBytes } from './cpu.ts';

export interface ApiBenchOptions {
  balancers: number;
  /** Origins of each of a balancer's pools. */
  origins: number;
  /** Calls of each kind that are measured while the account is small, and when it is complete. */
  calls: number;
}

/** Kinds of calls, in the order of the report. */
export const API_CALLS = [
  'POST pool',
  'POST balancer',
  'PATCH pool',
  'PATCH balancer',
  'GET pool',
  'GET balancer',
  'GET pools',
  'GET balancers',
] as const;
export type ApiCall = (typeof API_CALLS)[number];

/** Calls that are measured only when the account is complete. */
export const FINAL_CALLS = [
  'GET /api/config',
  'GET diff of 100 versions',
  'POST rollback',
  'PUT /api/config',
] as const;

export interface ApiBenchResult {
  options: ApiBenchOptions;
  pools: number;
  origins: number;
  versions: number;
  /** Milliseconds of each call: of the first ones and of the last ones. */
  calls: Record<ApiCall, { first: readonly number[]; last: readonly number[] }>;
  final: Record<(typeof FINAL_CALLS)[number], readonly number[]>;
  /** The file of the last version. */
  source_bytes: number;
  /** What the gateway reads from KV. */
  kv_bytes: number;
  /** Writes of the key `config`, and seconds in which they were made. */
  publications: number;
  seconds: number;
  /** Seconds from the last change until KV had it. */
  published_after_s: number;
  resident_bytes: number | undefined;
  /** Average of running processes of the machine in the last minute, this benchmark included. */
  load: number;
}

const LB = `/client/v4/accounts/${ACCOUNT}/load_balancers`;
const BALANCERS = `/client/v4/zones/${ZONE}/load_balancers`;
/** A rollback and a diff answer whole configurations, so a few are enough. */
const FINAL_ROUNDS = 5;

/** Creates a large account through the API of a console that runs alone, and measures every call. */
export async function benchApi(options: ApiBenchOptions): Promise<ApiBenchResult> {
  const { balancers, calls, origins } = options;
  const served = await startConsole({ cpu: canPin() ? 0 : undefined });
  const client = new TimedClient(served.url, ADMIN_TOKEN);
  const ids = { pools: [] as string[], balancers: [] as string[] };
  const began_at = performance.now();
  try {
    const monitor = idOf(await client.call('POST monitor', 'POST', `${LB}/monitors`, monitorBody()));
    const first = {} as Record<ApiCall, readonly number[]>;
    for (let balancer = 0; balancer < balancers; balancer++) {
      const own: string[] = [];
      for (let i = 0; i < POOLS_PER_BALANCER; i++) {
        const body = poolBody(balancer * POOLS_PER_BALANCER + i, origins, monitor);
        own.push(idOf(await client.call('POST pool', 'POST', `${LB}/pools`, body)));
      }
      ids.pools.push(...own);
      ids.balancers.push(
        idOf(await client.call('POST balancer', 'POST', BALANCERS, balancerBody(balancer, own))),
      );
      if (balancer + 1 !== Math.min(calls, balancers)) continue;
      await touch(client, 'first ', ids, calls);
      for (const kind of API_CALLS)
        first[kind] = [...client.times(kind), ...client.times(`first ${kind}`)].slice(0, calls);
    }
    await touch(client, 'last ', ids, calls);
    const last = {} as Record<ApiCall, readonly number[]>;
    for (const kind of API_CALLS)
      last[kind] = [...client.times(kind), ...client.times(`last ${kind}`)].slice(-calls);

    const versions = await whole(client);
    const changed_at = performance.now();
    while (
      !((await client.call('publication', 'GET', '/api/config/publication')) as { published: boolean })
        .published
    )
      await new Promise((resolve) => setTimeout(resolve, 50));
    const ended_at = performance.now();
    const { source } = (await client.call('source', 'GET', '/api/config')) as { source: string };
    const head = served.kv.get<{ hash: string }>(CONFIG_KEY);
    return {
      options,
      pools: ids.pools.length,
      origins: ids.pools.length * origins,
      versions,
      calls: Object.fromEntries(
        API_CALLS.map((kind) => [kind, { first: first[kind], last: last[kind] }]),
      ) as ApiBenchResult['calls'],
      final: Object.fromEntries(
        FINAL_CALLS.map((kind) => [kind, client.times(kind)]),
      ) as ApiBenchResult['final'],
      source_bytes: Buffer.byteLength(source),
      kv_bytes: Buffer.byteLength(served.kv.values.get(`config/${head?.hash}`) ?? ''),
      publications: served.kv.puts.filter(({ key }) => key === CONFIG_KEY).length,
      seconds: (ended_at - began_at) / 1_000,
      published_after_s: (ended_at - changed_at) / 1_000,
      resident_bytes: residentBytes(served.pid),
      load: loadavg()[0] ?? 0,
    };
  } finally {
    client.close();
    await served.stop();
  }
}

/** Changes and reads objects all over the account. */
async function touch(
  client: TimedClient,
  when: 'first ' | 'last ',
  ids: { pools: readonly string[]; balancers: readonly string[] },
  calls: number,
): Promise<void> {
  for (let i = 0; i < calls; i++) {
    const pool = `${LB}/pools/${spread(ids.pools, i, calls)}`;
    const balancer = `${BALANCERS}/${spread(ids.balancers, i, calls)}`;
    const body = { description: `${when}${i}` };
    await client.call(`${when}PATCH pool`, 'PATCH', pool, body);
    await client.call(`${when}PATCH balancer`, 'PATCH', balancer, body);
    await client.call(`${when}GET pool`, 'GET', pool);
    await client.call(`${when}GET balancer`, 'GET', balancer);
    await client.call(`${when}GET pools`, 'GET', `${LB}/pools`);
    await client.call(`${when}GET balancers`, 'GET', BALANCERS);
  }
}

/** Reads, compares, rolls back and replaces the whole configuration. @returns the number of versions */
async function whole(client: TimedClient): Promise<number> {
  const { versions } = (await client.call('versions', 'GET', '/api/config/versions?limit=10000')) as {
    versions: { version: number }[];
  };
  const newest = versions[0]?.version ?? 0;
  for (let i = 0; i < FINAL_ROUNDS; i++) {
    const older = Math.max(1, newest - 100 - i);
    const { source } = (await client.call('GET /api/config', 'GET', '/api/config')) as { source: string };
    await client.call('GET diff of 100 versions', 'GET', `/api/config/diff?from=${older}&to=${newest}`);
    await client.call('POST rollback', 'POST', '/api/config/rollback', { version: older });
    await client.call('PUT /api/config', 'PUT', '/api/config', { source }, { 'if-match': '*' });
  }
  return versions.length;
}

function spread(ids: readonly string[], i: number, calls: number): string {
  return ids[Math.floor((i * ids.length) / calls)] ?? '';
}

function idOf(answer: unknown): string {
  return (answer as { result: { id: string } }).result.id;
}
