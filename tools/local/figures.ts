import { translate } from '../../shared/analytics/sql/translate.ts';

/** Recent traffic of one origin. */
export interface Figures {
  /** Number of requests. Sampled rows count by weight. */
  requests: number;
  p95_ms: number;
}

/** The state of one origin, from the console. */
export interface Said {
  state: string;
  reason?: string;
}

/** Length of the window of the figures. It is long enough for a steady rate, and short enough to show changes soon. */
export const WINDOW_S = 15;

const QUERY = translate(`
  SELECT origin, sum(_sample_interval) AS requests, quantileExactWeighted(0.95)(total_ms, _sample_interval) AS p95
  FROM traffic
  WHERE timestamp > now() - INTERVAL '${WINDOW_S}' SECOND
  GROUP BY origin`);

/**
 * Recent traffic by origin, from the local SQL API.
 * @throws Error if the API does not answer
 */
export async function recentTraffic(sql_port: number, ask = fetch): Promise<Map<string, Figures>> {
  const url = `http://127.0.0.1:${sql_port}/client/v4/accounts/local/analytics_engine/sql`;
  const response = await ask(url, { method: 'POST', body: QUERY, signal: AbortSignal.timeout(3_000) });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  // ClickHouse's JSON has UInt64 as a string.
  const { data } = (await response.json()) as {
    data: Array<{ origin: string; requests: string | number; p95: string | number }>;
  };
  return new Map(
    data.map(({ origin, requests, p95 }) => [origin, { requests: Number(requests), p95_ms: Number(p95) }]),
  );
}

/**
 * The state of every origin, from `/api/status` of the console.
 * @throws Error if the console does not answer
 */
export async function saidByConsole(
  console_port: number,
  token: string,
  ask = fetch,
): Promise<Map<string, Said>> {
  const url = `http://127.0.0.1:${console_port}/api/status`;
  const headers = { authorization: `Bearer ${token}` };
  const response = await ask(url, { headers, signal: AbortSignal.timeout(3_000) });
  if (!response.ok) throw new Error(`${response.status}`);
  const { balancers } = (await response.json()) as {
    balancers: Array<{
      pools: Array<{ origins: Array<{ id: string; state: string; reason: string | null }> }>;
    }>;
  };
  const origins = balancers.flatMap(({ pools }) => pools.flatMap((pool) => pool.origins));
  return new Map(
    origins.map(({ id, state, reason }) => [id, reason === null ? { state } : { state, reason }]),
  );
}
