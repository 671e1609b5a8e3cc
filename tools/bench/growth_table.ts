import Table from 'cli-table3';
import {
  GROWTH_TARGETS,
  type GrowthOptions,
  type GrowthResult,
  type GrowthTarget,
  SIZES,
  WINDOW_S,
  type Window,
} from './growth.ts';
import { quantile, ratioOf, type Spread, spreadOf } from './rounds.ts';

/** Largest cost of a request with many balancers, as a multiple of that with one. */
const AIM_COST = 1.05;
/** Largest p99 while a configuration is replaced, as a multiple of that before. */
const AIM_P99 = 1.3;
/** The longest computation without a pause. */
const AIM_SLICE_MS = 10;

/** Figures as `--json` prints them; `null` where something cannot be measured. */
export function growthFigures({ rounds, steps, memory, ...result }: GrowthResult) {
  const targets = GROWTH_TARGETS.map((target) => ({
    target,
    cpu_us_per_request: spreadOf(rounds[target].map((round) => round?.cpu_us)) ?? null,
    requests: rounds[target].reduce((sum, round) => sum + (round?.requests ?? 0), 0),
    failed: rounds[target].reduce((sum, round) => sum + (round?.failed ?? 0), 0),
    rounds: rounds[target].filter((round) => round !== undefined).length,
  }));
  const sizes = SIZES.map((size) => ({
    size,
    resident_bytes: memory[size].resident_bytes ?? null,
    gateway_heap_bytes: memory[size].gateway_heap_bytes ?? null,
  }));
  const [first] = steps.runs;
  return {
    targets,
    cpu_ratio: ratioOf(rounds.many, rounds.one) ?? null,
    spread_ratio: ratioOf(rounds.spread, rounds.one) ?? null,
    memory: sizes,
    preparing: {
      body_bytes: steps.body_bytes,
      heap_bytes: steps.heap_bytes,
      slices: first?.slices ?? 0,
      first_run: { longest_ms: first?.longest_ms ?? 0, total_ms: first?.total_ms ?? 0 },
      longest_median_ms: steps.longest_median_ms,
      longest_ms: spreadOf(steps.runs.map(({ longest_ms }) => longest_ms)) ?? null,
      total_ms: spreadOf(steps.runs.map(({ total_ms }) => total_ms)) ?? null,
    },
    latency: {
      quiet: latenciesOf(result.quiet),
      published: latenciesOf(result.published),
      p99_ratio: p99Ratio(result) ?? null,
      requests_per_s: result.requests_per_s,
      publications: result.publications,
      read: result.read,
    },
    aims: { cpu_ratio: AIM_COST, p99_ratio: AIM_P99, slice_ms: AIM_SLICE_MS },
    pinned: result.pinned,
  };
}

function latenciesOf(windows: readonly Window[]) {
  return {
    p50_ms: spreadOf(windows.map((window) => latencyOf(window, 0.5))) ?? null,
    p99_ms: spreadOf(windows.map((window) => latencyOf(window, 0.99))) ?? null,
    requests: windows.reduce((sum, { latencies_ms }) => sum + latencies_ms.length, 0),
    failed: windows.reduce((sum, { failed }) => sum + failed, 0),
    cpu_ms: spreadOf(windows.map(({ cpu_ms }) => cpu_ms)) ?? null,
  };
}

/** @returns undefined if nothing was answered */
function latencyOf(window: Window | undefined, q: number): number | undefined {
  const sorted = window?.latencies_ms.toSorted((a, b) => a - b) ?? [];
  return sorted.length === 0 ? undefined : quantile(sorted, q);
}

/** How many times as long the p99 is after a publication: the spread of the ratios to the window before it. */
function p99Ratio({ quiet, published }: Pick<GrowthResult, 'quiet' | 'published'>): Spread | undefined {
  return spreadOf(
    published.map((window, i) => {
      const after = latencyOf(window, 0.99);
      const before = latencyOf(quiet[i], 0.99);
      return after === undefined || before === undefined ? undefined : after / before;
    }),
  );
}

/** The figures as text. */
export function growthTable(result: GrowthResult, { balancers, origins }: GrowthOptions): string {
  const { targets, cpu_ratio, spread_ratio, memory, preparing, latency, pinned } = growthFigures(result);
  const many = `${balancers} load balancers, ${origins} origins`;
  const titles: Record<GrowthTarget, string> = {
    one: '1 load balancer, 3 origins',
    many: `${many}, requests to one`,
    spread: `${many}, requests to all`,
  };
  const costs = tableOf(['', 'CPU µs/request', 'middle half', 'requests', 'failed']);
  for (const { target, cpu_us_per_request: cpu, requests, failed } of targets)
    costs.push([
      titles[target],
      cpu === null ? SKIPPED : cpu.median.toFixed(0),
      cpu === null ? '' : `${cpu.low.toFixed(0)}–${cpu.high.toFixed(0)}`,
      requests,
      failed,
    ]);
  const latencies = tableOf(['', 'p50 ms', 'p99 ms', 'middle half', 'requests', 'failed', 'CPU ms']);
  for (const [name, each] of [
    ['without a publication', latency.quiet],
    ['after a publication', latency.published],
  ] as const)
    latencies.push([
      name,
      each.p50_ms?.median.toFixed(1) ?? 'no answers',
      each.p99_ms?.median.toFixed(1) ?? 'no answers',
      each.p99_ms === null ? '' : `${each.p99_ms.low.toFixed(1)}–${each.p99_ms.high.toFixed(1)}`,
      each.requests,
      each.failed,
      each.cpu_ms?.median.toFixed(0) ?? SKIPPED,
    ]);
  const { first_run, longest_ms, longest_median_ms, total_ms } = preparing;
  const longest = Math.max(longest_ms?.median ?? 0, first_run.longest_ms);
  return [
    costs.toString(),
    `many, requests to one / one  ${times(cpu_ratio)}  ${aim(`${AIM_COST} ×`, cpu_ratio && cpu_ratio.median <= AIM_COST)}`,
    `many, requests to all / one  ${times(spread_ratio)}`,
    '',
    ...memory.map(
      ({ size, resident_bytes, gateway_heap_bytes }) =>
        `${size.padEnd(5)} gateway's heap ${megabytes(gateway_heap_bytes)}, workerd resident ${megabytes(resident_bytes)}`,
    ),
    '',
    `Body ${megabytes(preparing.body_bytes)}; parsed and prepared ${megabytes(preparing.heap_bytes)}, in ${preparing.slices} slices.`,
    `Longest slice ${milliseconds(longest_ms)}, in a new process ${first_run.longest_ms.toFixed(1)} ms, by the median of each slice ${longest_median_ms.toFixed(1)} ms  ${aim(`${AIM_SLICE_MS} ms`, longest <= AIM_SLICE_MS)}`,
    `All slices ${milliseconds(total_ms)}, in a new process ${first_run.total_ms.toFixed(1)} ms`,
    '',
    `${latency.publications} publications under ${latency.requests_per_s} requests/s, ${WINDOW_S} s each with and without:`,
    latencies.toString(),
    `p99 after / without  ${times(latency.p99_ratio)}  ${aim(`${AIM_P99} ×`, latency.p99_ratio && latency.p99_ratio.median <= AIM_P99)}. Read in time: ${latency.read} of ${latency.publications}.`,
    ...(pinned
      ? []
      : ['Processes were not pinned to processors, which needs `taskset` and two processors: expect noise.']),
  ].join('\n');
}

const SKIPPED = 'skipped: needs Linux /proc';

function tableOf(head: string[]) {
  const colAligns = head.map((_, i) => (i === 0 ? ('left' as const) : ('right' as const)));
  return new Table({ head, colAligns, style: { head: [], border: [] } });
}

function times(spread: Spread | null): string {
  if (spread === null) return SKIPPED;
  const { median, low, high } = spread;
  return `${median.toFixed(3)} ×  (middle half ${low.toFixed(3)}–${high.toFixed(3)})`;
}

function milliseconds(spread: Spread | null): string {
  if (spread === null) return 'not measured';
  return `${spread.median.toFixed(1)} ms (middle half ${spread.low.toFixed(1)}–${spread.high.toFixed(1)})`;
}

function megabytes(bytes: number | null): string {
  return bytes === null ? 'not known' : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param met null: not measured */
function aim(text: string, met: boolean | null): string {
  return met === null ? '' : `aim ${text}: ${met ? 'met' : 'missed'}`;
}
