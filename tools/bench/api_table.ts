import Table from 'cli-table3';
import { API_CALLS, type ApiBenchResult, FINAL_CALLS } from './api.ts';
import { quantile } from './rounds.ts';

/** The longest time of a call, in milliseconds. */
export const AIM_MS = 100;

interface Times {
  median_ms: number;
  p95_ms: number;
  max_ms: number;
  calls: number;
}

/** Figures as `--json` prints them. */
export function apiFigures({ calls, final, ...result }: ApiBenchResult) {
  return {
    ...result,
    calls: API_CALLS.map((kind) => ({
      kind,
      first: timesOf(calls[kind].first),
      last: timesOf(calls[kind].last),
    })),
    final: FINAL_CALLS.map((kind) => ({ kind, ...timesOf(final[kind]) })),
  };
}

function timesOf(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    median_ms: quantile(sorted, 0.5),
    p95_ms: quantile(sorted, 0.95),
    max_ms: sorted.at(-1) ?? 0,
    calls: times.length,
  };
}

/** The figures as text. */
export function apiTable(result: ApiBenchResult): string {
  const figures = apiFigures(result);
  const { options, pools, origins, versions } = result;
  const calls = tableOf(['ms', 'first: median', 'p95', 'max', 'last: median', 'p95', 'max', 'calls']);
  for (const { kind, first, last } of figures.calls)
    calls.push([kind, ...cells(first), ...cells(last), last.calls]);
  const final = tableOf(['ms', 'median', 'p95', 'max', 'calls']);
  for (const { kind, ...times } of figures.final) final.push([kind, ...cells(times), times.calls]);
  const slowest = Math.max(...figures.calls.map(({ last }) => last.max_ms));
  return [
    `${options.balancers} load balancers, ${pools} pools and ${origins} origins, created by one client one after the other:`,
    calls.toString(),
    `Slowest of the last calls: ${slowest.toFixed(1)} ms. Aim ${AIM_MS} ms: ${slowest <= AIM_MS ? 'met' : 'missed'}.`,
    '',
    'The whole configuration:',
    final.toString(),
    `File ${megabytes(result.source_bytes)}, in KV ${megabytes(result.kv_bytes)}; ${versions} versions. ` +
      `${result.publications} publications in ${result.seconds.toFixed(0)} s; the last change was in KV after ${result.published_after_s.toFixed(1)} s.`,
    `workerd resident ${result.resident_bytes === undefined ? 'not known' : megabytes(result.resident_bytes)}. Load of the machine: ${result.load.toFixed(1)}.`,
  ].join('\n');
}

function cells({ median_ms, p95_ms, max_ms }: Times): string[] {
  return [median_ms, p95_ms, max_ms].map((ms) => ms.toFixed(1));
}

function tableOf(head: string[]) {
  const colAligns = head.map((_, i) => (i === 0 ? ('left' as const) : ('right' as const)));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
