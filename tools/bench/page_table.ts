import Table from 'cli-table3';
import { LIVE_ROWS_PER_S } from './page/system.ts';
import type { PageBenchResult, QueryFigures } from './page.ts';
import { quantile } from './rounds.ts';

/** The most time that a view may spend in scripts, layout and style. */
export const VIEW_AIM_MS = 1_000;
/** The longest median of a query. */
export const QUERY_AIM_MS = 300;

/** Figures as `--json` prints them. */
export function pageFigures({ queries, ...result }: PageBenchResult) {
  return { ...result, queries: queries.map(timesOf) };
}

function timesOf({ name, range, times_ms, problem }: QueryFigures) {
  const sorted = times_ms.toSorted((a, b) => a - b);
  if (problem !== undefined) return { name, range, problem };
  return { name, range, median_ms: quantile(sorted, 0.5), max_ms: sorted.at(-1) ?? 0 };
}

/** The figures as text. */
export function pageTable(result: PageBenchResult): string {
  const { options, health_rows, load } = result;
  const { views, queries } = pageFigures(result);
  const seen = tableOf(['ms', 'range', 'script', 'layout and style', 'until settled', 'elements']);
  for (const { view, range, script_ms, layout_ms, settled_ms, elements } of views)
    seen.push([view, range, ...[script_ms, layout_ms, settled_ms].map(whole), elements]);
  const asked = tableOf(['ms', 'range', 'median', 'max']);
  for (const { name, range, median_ms, max_ms, problem } of queries)
    asked.push([
      name,
      range,
      ...(problem === undefined ? [whole(median_ms), whole(max_ms)] : ['failed', '']),
    ]);
  const slow_views = views.filter((one) => one.script_ms + one.layout_ms >= VIEW_AIM_MS);
  const slow = queries.filter(({ median_ms = Infinity }) => median_ms >= QUERY_AIM_MS);
  return [
    `${options.origins} origins in ${options.pools} pools, 90 days, ${options.rows} rows of traffic and ${health_rows} of health, ` +
      `${LIVE_ROWS_PER_S} more a second:`,
    seen.toString(),
    verdict(
      `Scripts, layout and style of each view: aim below ${VIEW_AIM_MS} ms`,
      slow_views.map(({ view, range }) => `${view} ${range}`),
    ),
    '',
    `Queries through the console, ${options.runs} runs:`,
    asked.toString(),
    verdict(
      `Median of each query: aim below ${QUERY_AIM_MS} ms`,
      slow.map(({ name, range }) => `${name} ${range}`.trim()),
    ),
    ...queries.flatMap(({ name, range, problem }) =>
      problem === undefined ? [] : [`${name} ${range}: ${problem}`],
    ),
    `Load of the machine: ${load.toFixed(1)}.`,
  ].join('\n');
}

function verdict(aim: string, missed: readonly string[]): string {
  return `${aim}: ${missed.length === 0 ? 'met' : `missed by ${missed.join(', ')}`}.`;
}

function whole(ms: number | undefined): string {
  return ms === undefined ? '' : ms.toFixed(0);
}

function tableOf(head: string[]) {
  const colAligns = head.map((_, i) => (i < 2 ? ('left' as const) : ('right' as const)));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}
