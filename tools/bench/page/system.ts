import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { toDataPoint } from '../../../shared/analytics/data_point.ts';
import { TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { HEALTH_KEY, type HealthDocument } from '../../../shared/contracts/health.ts';
import { buildApp } from '../../console/build_app.ts';
import { configFrom, documentOf } from '../../harness/config.ts';
import { ADMIN_TOKEN, CONSOLE_BINDINGS } from '../../harness/console.ts';
import { startKv } from '../../harness/kv.ts';
import { inRoot } from '../../project/root.ts';
import { plimsollWorkers } from '../../workerd/plimsoll.ts';
import { serve } from '../../workerd/serve.ts';
import { TimedClient } from '../api/timed_client.ts';
import { largeConfig } from '../large_config.ts';
import { fillTables, type RowCounts } from './rows.ts';

/** Console, gateway, selector and proxy in one plain workerd, with KV and the local SQL API, over a large account with traffic. */
export interface PageSystem {
  port: number;
  client: TimedClient;
  stop(): Promise<void>;
}

/** Rows a second that arrive while the page is measured. */
export const LIVE_ROWS_PER_S = 100;

/** @param origins of all pools together */
export async function startPageSystem(counts: RowCounts, origins: number): Promise<PageSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-page-'));
  // The console does not build without its files.
  await buildApp();
  await fillTables(join(folder, 'sql'), counts);
  const sql = spawn(
    process.execPath,
    [inRoot('tools', 'local', 'sql', 'main.ts'), '--port', '0', '--data', join(folder, 'sql')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const kill = () => void sql.kill('SIGKILL');
  process.once('exit', kill);
  const sql_url = await readyUrl(sql);
  const kv = await startKv();
  kv.set(HEALTH_KEY, healthOf(counts.pools, origins));
  const file = largeConfig(counts.pools, origins);
  const workers = await plimsollWorkers(
    { proxy: 'real', selector: 'real', gateway: 'real', console: 'real' },
    { kv: 'kv' },
    documentOf(configFrom(file), 0),
    { console: { ...CONSOLE_BINDINGS, SQL_URL: { text: sql_url } } },
  );
  if (workers['console'] !== undefined) workers['console'].outbound = 'sql';
  const served = await serve({
    workers,
    externals: { kv: kv.port, sql: Number(new URL(sql_url).port) },
    sockets: ['console'],
  });
  const port = served.ports['console'] ?? 0;
  const client = new TimedClient(`http://127.0.0.1:${port}`, ADMIN_TOKEN);
  const source = JSON.stringify(file, undefined, 2);
  await client.call('publish', 'PUT', '/api/config', { source }, { 'if-match': '*' });
  const live = setInterval(() => void ingest(sql_url, counts.pools).catch(() => undefined), 1_000);
  return {
    port,
    client,
    stop: async () => {
      clearInterval(live);
      client.close();
      await served.stop();
      await kv.stop();
      process.off('exit', kill);
      sql.kill('SIGTERM');
      if (sql.exitCode === null) await new Promise((resolve) => sql.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every tenth origin is down, and every seventh degraded. */
function healthOf(pools: number, origins: number): HealthDocument {
  const since = Date.now() - 3_600_000;
  const all = Array.from({ length: origins }, (_, origin) => {
    const state = origin % 10 === 0 ? 'down' : origin % 7 === 0 ? 'degraded' : 'up';
    const reason = state === 'down' ? { reason: 'http_timeout' as const } : {};
    return [`pool-${origin % pools}/origin-${origin}`, { state, since, rtt_ms: { default: 12 }, ...reason }];
  });
  return { version: 1, published_at: Date.now(), heartbeat_ms: 3_600_000, origins: Object.fromEntries(all) };
}

async function ingest(sql_url: string, pools: number): Promise<void> {
  const lines = Array.from({ length: LIVE_ROWS_PER_S }, (_, i) => {
    const pool = i % pools;
    const point = toDataPoint(TRAFFIC, {
      sampled_by: `host-${pool}.example.com:pool-${pool}`,
      balancer: `host-${pool}.example.com`,
      pool: `pool-${pool}`,
      origin: `pool-${pool}/origin-${pool}`,
      strategy: 'off/round_robin',
      decision: 'kept',
      variant: 'live',
      method: 'GET',
      path: `/live/${i}`,
      outcome: 'ok',
      status: 200,
      attempts: 1,
      total_ms: i,
      weight: 1,
    });
    return JSON.stringify({ dataset: TRAFFIC.table, timestamp_ms: Date.now(), ...point });
  });
  await fetch(`${sql_url}/ingest`, { method: 'POST', body: lines.join('\n') });
}

function readyUrl(sql: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (sql.stdout !== null)
      createInterface(sql.stdout).on('line', (line) => {
        const url = /^sql ready on (\S+)$/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    sql.once('exit', (code) => reject(new Error(`the SQL API ended with ${code} before it was ready`)));
  });
}
