import type { Ejection, OriginTraffic, ScriptFailure } from '../../../shared/contracts/status.ts';
import { DeadlineError, within } from '../../../shared/time/within.ts';
import { askSql, type SqlAccess, SqlApiError, type SqlRow } from './ask_sql.ts';
import { ejectionsInForce } from './ejections.ts';
import { EJECTIONS, NEWEST, OLDER, originTraffic, scriptFailuresIn, TRAFFIC_S } from './queries.ts';
import { scriptFailures } from './script_failures.ts';

/** The page waits this long for SQL, then shows the status without it. */
const WAIT_MS = 1_000;

/** What recent data points say. */
export interface Signals {
  /** The period over which requests were counted. */
  traffic_s: number;
  /** By `balancer pool/origin`. */
  traffic: ReadonlyMap<string, OriginTraffic>;
  /** By `pool/origin`. */
  ejections: ReadonlyMap<string, Ejection>;
  /** By `balancer pool`. */
  script_failures: ReadonlyMap<string, ScriptFailure[]>;
}

/**
 * Asks the SQL API about the last minutes.
 * @param now milliseconds since the epoch
 * @returns a reason in words if the signals are not known. Never rejects and never takes longer than {@link WAIT_MS}
 */
export async function readSignals(
  env: SqlAccess,
  now: number,
  send: typeof fetch,
): Promise<Signals | string> {
  const abort = new AbortController();
  try {
    const ask = (sql: string) => askSql(env, sql, abort.signal, send);
    // An older table is missing where nothing was ever written to it.
    const askEach = (query: (table: string) => string) =>
      Promise.all([
        ask(query(NEWEST)),
        ...OLDER.map((table) => ask(query(table)).catch((): SqlRow[] => [])),
      ]).then((answers) => answers.flat());
    const [traffic, ejections, failures] = await within(
      WAIT_MS,
      Promise.all([askEach(originTraffic), ask(EJECTIONS), askEach(scriptFailuresIn)]),
    );
    return {
      traffic_s: TRAFFIC_S,
      traffic: trafficOf(traffic),
      ejections: ejectionsInForce(ejections, now),
      script_failures: scriptFailures(failures),
    };
  } catch (error) {
    if (error instanceof SqlApiError) {
      if (error.detail !== undefined) console.error(`console: ${error.message}: ${error.detail}`);
      return error.message;
    }
    if (error instanceof DeadlineError) return `the SQL API did not answer within ${WAIT_MS / 1_000} s`;
    console.error(`console: asking the SQL API failed: ${String(error)}`);
    return 'the SQL API cannot be reached';
  } finally {
    abort.abort();
  }
}

/** By balancer and origin. Where gateways of two versions serve, p95 is the higher of theirs, which bounds that of all. */
function trafficOf(rows: readonly SqlRow[]): Map<string, OriginTraffic> {
  const traffic = new Map<string, OriginTraffic>();
  for (const row of rows) {
    const key = `${row['balancer']} ${row['origin']}`;
    const { requests = 0, errors = 0, p95_ms = null } = traffic.get(key) ?? {};
    traffic.set(key, {
      requests: requests + Number(row['requests']),
      errors: errors + Number(row['errors']),
      p95_ms: Math.max(p95_ms ?? 0, Number(row['p95_ms'])),
    });
  }
  return traffic;
}
