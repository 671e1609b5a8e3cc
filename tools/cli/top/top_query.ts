import { FAILED } from '../../../shared/analytics/sql/failed.ts';

/** Long enough for a row of production to arrive, which takes about a minute. */
export const WINDOW_S = 120;
const MAX_ROWS = 1_000;

/** The traffic of each load balancer and origin in the last two minutes. */
export const TOP_QUERY = `SELECT balancer, origin,
  sum(_sample_interval) AS requests,
  sum(if(${FAILED}, _sample_interval, 0)) AS failed,
  sum(if(attempts > 1, _sample_interval, 0)) AS retried,
  quantileExactWeighted(0.5)(total_ms, _sample_interval) AS p50_ms,
  quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95_ms,
  max(inflight) AS inflight
FROM traffic WHERE timestamp > now() - INTERVAL '${WINDOW_S}' SECOND AND balancer != ''
GROUP BY balancer, origin ORDER BY requests DESC LIMIT ${MAX_ROWS}`;

/** A load balancer and an origin that served for it. */
export interface TopRow {
  balancer: string;
  /** Empty: no origin answered. */
  origin: string;
  requests: number;
  failed: number;
  retried: number;
  p50_ms: number;
  p95_ms: number;
  /** The most in one isolate. */
  inflight: number;
}

/** Rows of the API, whose 64-bit integers are texts. */
export function topRows(rows: readonly Readonly<Record<string, unknown>>[]): TopRow[] {
  return rows.map((row) => ({
    balancer: String(row['balancer']),
    origin: String(row['origin']),
    requests: Number(row['requests']),
    failed: Number(row['failed']),
    retried: Number(row['retried']),
    p50_ms: Number(row['p50_ms']),
    p95_ms: Number(row['p95_ms']),
    inflight: Number(row['inflight']),
  }));
}
