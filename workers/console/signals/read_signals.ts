import { DeadlineError, within } from '../../../shared/time/within.ts';
import { askSql, type SqlAccess, SqlError } from './ask_sql.ts';
import { type Ejection, ejectionsInForce } from './ejections.ts';
import { EJECTIONS, ORIGIN_TRAFFIC, SCRIPT_FAILURES, TRAFFIC_S } from './queries.ts';
import { type ScriptFailure, scriptFailures } from './script_failures.ts';

/** The page waits this long for SQL, then shows the status without it. */
const WAIT_MS = 1_000;

/** Recent traffic of one balancer to one origin. */
export interface OriginTraffic {
  requests: number;
  /** Responses with a status of 500 or more, and responses that broke off. */
  errors: number;
  /** 95th percentile of the duration up to the last byte. Null: there was no request. */
  p95_ms: number | null;
}

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
    const [traffic, ejections, failures] = await within(
      WAIT_MS,
      Promise.all([ask(ORIGIN_TRAFFIC), ask(EJECTIONS), ask(SCRIPT_FAILURES)]),
    );
    return {
      traffic_s: TRAFFIC_S,
      traffic: new Map(
        traffic.map((row) => [
          `${row['balancer']} ${row['origin']}`,
          { requests: Number(row['requests']), errors: Number(row['errors']), p95_ms: Number(row['p95_ms']) },
        ]),
      ),
      ejections: ejectionsInForce(ejections, now),
      script_failures: scriptFailures(failures),
    };
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    if (error instanceof DeadlineError) return `the SQL API did not answer within ${WAIT_MS / 1_000} s`;
    console.error(`console: asking the SQL API failed: ${String(error)}`);
    return 'the SQL API cannot be reached';
  } finally {
    abort.abort();
  }
}
