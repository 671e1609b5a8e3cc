import { quoted } from '../../../../shared/analytics/sql/quoted.ts';
import type { Seen } from '../../../../shared/analytics/tail/new_rows.ts';
import { ms, short } from '../../../../shared/display/format.ts';

/** A row of the traffic, as a tail shows it. Its meaning: docs/sql.md. */
export interface PastRequest extends Seen {
  balancer: string;
  pool: string;
  origin: string;
  method: string;
  path: string;
  status: number;
  outcome: string;
  decision: string;
  strategy: string;
  attempts: number;
  retry_reason: string;
  fallback: number;
  colo: string;
  country: string;
  total_ms: number;
  first_byte_ms: number;
  detail: string;
  isolate: string;
}

/** All that a row says about its decision. */
export interface Recorded extends PastRequest {
  variant: string;
  rules: string;
  reasons: string;
  failed_origins: string;
  proxy: string;
  shadow: string;
  shadow_strategy: string;
  events: string;
  config_version: number;
  gateway_version: string;
  selector_version: string;
  inflight: number;
  queued_ms: number;
  backoff_ms: number;
}

/** Finds the row again. Rows have no id, but an isolate seldom ends two requests in the same second after the same time. */
export function keyOfRequest({ at, isolate, total_ms }: PastRequest): string {
  return `${at}~${isolate}~${total_ms}`;
}

/** The query for the row of a key. Undefined: the text is none. */
export function requestQuery(key: string): string | undefined {
  const [at = '', isolate = '', total_ms = ''] = key.split('~');
  if (!/^\d{1,12}$/.test(at) || !/^[\d.e+-]{1,30}$/.test(total_ms) || Number.isNaN(Number(total_ms)))
    return undefined;
  return `SELECT toUInt32(timestamp) AS at, balancer, pool, origin, method, path, status, outcome, decision, strategy, variant,
  attempts, retry_reason, failed_origins, fallback, rules, reasons, colo, country, proxy, first_byte_ms, total_ms, queued_ms,
  backoff_ms, inflight, shadow, shadow_strategy, events, config_version, gateway_version, selector_version, isolate, detail
FROM traffic
WHERE timestamp >= toDateTime(${at}) AND timestamp < toDateTime(${Number(at) + 1}) AND isolate = ${quoted(isolate)}
  AND total_ms = ${Number(total_ms)}
LIMIT 1`;
}

/** Something that was recorded about a request, in words. */
export interface Fact {
  what: string;
  recorded: string;
}

/** The reasons of a past request, in the order in which they counted. */
export function factsOf(row: Recorded): Fact[] {
  const { decision, variant, attempts, fallback, shadow, country, colo } = row;
  const facts = {
    'went to': row.origin || 'no origin',
    answer: `${row.status}, ${row.outcome}; first byte after ${ms(row.first_byte_ms)}, end after ${ms(row.total_ms)}`,
    'load balancer': row.balancer || 'none matched',
    'pool sets and rules': row.rules || 'none applied',
    decision: `${decision || 'none'}: ${DECISIONS[decision] ?? 'no origin was chosen'}`,
    strategy: `${row.strategy || 'none'}${variant === '' ? '' : ` (${variant})`}`,
    'pools that were out': row.reasons || 'none',
    fallback: fallback === 1 ? 'the fallback pool served, because no other pool could' : 'no',
    attempts:
      attempts <= 1 ? String(attempts) : `${attempts}: ${row.failed_origins} failed (${row.retry_reason})`,
    'in flight there': short(row.inflight),
    waited: `${ms(row.queued_ms)} for a free place, ${ms(row.backoff_ms)} between attempts`,
    shadow: shadow === '' ? 'none' : `${row.shadow_strategy} would have tried ${shadow}`,
    events: row.events || 'none',
    client: `${country || 'unknown country'}, data centre ${colo || 'unknown'}`,
    versions: `configuration ${row.config_version}, gateway ${row.gateway_version || 'unknown'}, selector ${row.selector_version || 'none'}`,
    proxy: row.proxy || 'none',
    detail: row.detail || 'none',
  };
  return Object.entries(facts).map(([what, recorded]) => ({ what, recorded }));
}

const DECISIONS: Readonly<Record<string, string>> = {
  kept: 'the gateway had an answer of the selector already',
  asked: 'the request waited for the selector',
  failover_order: 'no selector answered in time, so the gateway took the order of the configuration',
  pinned: 'the session chose the origin',
};
