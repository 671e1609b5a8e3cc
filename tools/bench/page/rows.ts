import { mkdirSync } from 'node:fs';
import { HEALTH, TRAFFIC } from '../../../shared/analytics/datasets.ts';
import { openEngine } from '../../local/sql/engine.ts';

/** Days that Analytics Engine keeps. */
const DAYS = 90;
const ORIGINS_PER_POOL = 5;
/** One row of this many is of the last hour, so that short ranges have rows as well. */
const RECENT_ONE_IN = 10;

/** How many rows there are, and of how many pools. */
export interface RowCounts {
  traffic: number;
  health: number;
  /** Each is the only pool of its load balancer. */
  pools: number;
}

/**
 * Fills the tables of the local SQL engine, with the engine itself: rows by JSON would take an hour. Load balancer `i` is
 * `host-i.example.com` with the pool `pool-i`, as `largeConfig` names them.
 * @param data_dir folder of the tables, which must not exist yet
 */
export async function fillTables(data_dir: string, counts: RowCounts): Promise<void> {
  mkdirSync(data_dir, { recursive: true });
  const engine = await openEngine(data_dir);
  for (const { table } of [TRAFFIC, HEALTH]) await engine.createTable(table);
  // The engine of queries has no right to read `numbers`.
  const { Session } = (await import('chdb')) as unknown as {
    Session: new (
      path: string,
      options: { connectionArgs: string[] },
    ) => { queryAsync(sql: string, options: { format: string }): Promise<unknown>; close(): void };
  };
  const session = new Session(data_dir, { connectionArgs: ['--session_timezone=UTC'] });
  for (const sql of [trafficRows(counts), healthRows(counts)])
    await session.queryAsync(sql, { format: 'TabSeparated' });
  session.close();
  engine.close();
}

/** A number below `below` for each row. @param salt another one gives other numbers */
function draw(salt: number, below: number): string {
  return `cityHash64(number, ${salt}) % ${below}`;
}

function oneOf(salt: number, words: readonly string[]): string {
  const list = words.map((word) => `'${word}'`).join(', ');
  return `[${list}][1 + ${draw(salt, words.length)}]`;
}

function insert(
  { table, columns }: typeof TRAFFIC | typeof HEALTH,
  values: Readonly<Record<string, string>>,
  from: string,
): string {
  // Two columns can share a text.
  const stored = new Map<string, string>();
  for (const [name, column] of Object.entries(columns)) {
    const [place = '', part] = column.split('.');
    const value = values[name];
    if (part === undefined && value !== undefined) stored.set(place, value);
    if (part === '1') stored.set(place, `concat(${value ?? "''"}, ' '`);
    if (part === '2') stored.set(place, `${stored.get(place)}, ${value ?? "''"})`);
  }
  const all = [
    ['dataset', `'${table}'`],
    ['_sample_interval', '1'],
    ['timestamp', values['timestamp']],
    ...stored,
  ];
  return `INSERT INTO ${table} (${all.map(([place]) => place).join(', ')})
SELECT ${all.map(([, value]) => value).join(', ')} FROM ${from}`;
}

function trafficRows({ traffic, pools }: RowCounts): string {
  const age_s = `if(number % ${RECENT_ONE_IN} = 0, ${draw(1, 3_600)}, ${draw(2, DAYS * 86_400)})`;
  return insert(
    TRAFFIC,
    {
      timestamp: `now() - ${age_s}`,
      sampled_by: "concat(host, ':', named)",
      balancer: 'host',
      pool: 'named',
      origin: `concat(named, '/origin-', toString(p + ${pools} * (${draw(3, ORIGINS_PER_POOL)})))`,
      strategy: "'off/round_robin'",
      decision: oneOf(4, ['kept', 'kept', 'kept', 'asked', 'pinned']),
      variant: "'live'",
      rules: `if(${draw(5, 4)} = 0, 'rule:testers', '')`,
      method: "'GET'",
      path: `concat('/path/', toString(${draw(6, 500)}))`,
      outcome: "if(bad, 'error_status', 'ok')",
      retry_reason: "if(again, '503', '')",
      colo: oneOf(7, ['FRA', 'CDG', 'LHR', 'IAD', 'SIN']),
      country: oneOf(8, ['DE', 'FR', 'GB', 'US', 'SG']),
      isolate: `concat('isolate', toString(${draw(9, 200)}))`,
      proxy: "'PROXY'",
      gateway_version: `concat('gateway-', toString(intDiv(number, ${Math.ceil(traffic / 5)})))`,
      selector_version: "'selector-1'",
      status: 'if(bad, 502, 200)',
      attempts: 'if(again, 2, 1)',
      // Whole milliseconds with a long tail.
      total_ms: `4 + round(-40 * log(1 - (${draw(10, 10_000)}) / 10000))`,
      first_byte_ms: `3 + round(-30 * log(1 - (${draw(10, 10_000)}) / 10000))`,
      request_bytes: '0',
      response_bytes: '1000',
      config_version: `1 + intDiv(number, ${Math.ceil(traffic / 20)})`,
      inflight: draw(11, 20),
      client: `cityHash64(${draw(12, 100_000)}) % 4294967296`,
      weight: '1',
    },
    `(SELECT number, ${draw(13, pools)} AS p, concat('host-', toString(p), '.example.com') AS host,
      concat('pool-', toString(p)) AS named, ${draw(14, 200)} = 0 AS bad, ${draw(15, 100)} = 0 AS again
      FROM numbers(${traffic}))`,
  );
}

function healthRows({ health, pools }: RowCounts): string {
  return insert(
    HEALTH,
    {
      timestamp: `now() - if(number % ${RECENT_ONE_IN} = 0, ${draw(1, 3_600)}, ${draw(2, DAYS * 86_400)})`,
      origin: `concat(named, '/origin-', toString(o))`,
      kind: "if(number % 1000 = 0, 'transition', 'check')",
      pool: 'named',
      monitor: "'http'",
      state: "if(bad, 'down', 'up')",
      previous_state: "if(bad, 'up', 'down')",
      reason: "if(bad, 'http_timeout', '')",
      region: "'default'",
      rtt_ms: draw(3, 50),
      status: 'if(bad, 0, 200)',
      streak: '1',
    },
    `(SELECT number, ${draw(4, pools * ORIGINS_PER_POOL)} AS o, concat('pool-', toString(o % ${pools})) AS named,
      ${draw(5, 50)} = 0 AS bad FROM numbers(${health}))`,
  );
}
