import { colourOf, digits, escaped, nice, point, text } from '../project/svg.ts';
import { type Bucket, bucketsOf } from './buckets.ts';
import { strategyLabel } from './report.ts';
import type { Run } from './run.ts';

const WIDTH = 960;
const ROW = 190;
const TOP = 34;
const LEFT = 56;
const GAP = 56;
const RIGHT = 16;
const PANEL = (WIDTH - LEFT - GAP - RIGHT) / 2;
const HEIGHT = ROW - 46;
const BUCKETS = 80;
/** Names that fit on a line. */
const MAX_NAMES = 8;

/**
 * Draws latency (median and p99) and the share of each origin over time as SVG, with a row for each strategy. All rows have
 * the same scale.
 */
export function plot(runs: readonly Run[]): string {
  const rows = runs.map((run) => ({ run, buckets: bucketsOf(run, BUCKETS) }));
  const points = rows.flatMap(({ buckets }) => buckets);
  const end_s = Math.max(...points.map(({ at_s }) => at_s)) * (BUCKETS / (BUCKETS - 0.5));
  const most_ms = nice(Math.max(...points.map(({ p99_ms }) => p99_ms || 0), 1e-3));
  const height = TOP + rows.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    '<title>Latency and share of each origin over time</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    legend(runs[0]),
    ...rows.map(({ run, buckets }, index) => {
      const scale = { end_s, most_ms, y: TOP + index * ROW + 20 };
      const { policy: strategy, options } = run.steering;
      const name = strategyLabel({ strategy, ...(options === undefined ? {} : { options }) });
      return [
        text(LEFT, scale.y - 6, name, 'font-weight="bold"'),
        latencyPanel(buckets, scale),
        sharePanel(buckets, scale),
        eventLines(run, scale),
      ].join('\n');
    }),
    '</svg>\n',
  ].join('\n');
}

interface Scale {
  end_s: number;
  most_ms: number;
  /** Top of the panels. */
  y: number;
}

function latencyPanel(buckets: readonly Bucket[], { end_s, most_ms, y }: Scale): string {
  const line = (of: (bucket: Bucket) => number, colour: string) => {
    const points = buckets
      .filter((bucket) => !Number.isNaN(of(bucket)))
      .map((bucket) => point(LEFT + (bucket.at_s / end_s) * PANEL, y + HEIGHT * (1 - of(bucket) / most_ms)));
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  };
  return [
    frame(LEFT, y, end_s, [`${most_ms} ms`, `${most_ms / 2}`, '0']),
    line(({ p50_ms }) => p50_ms, '#0072b2'),
    line(({ p99_ms }) => p99_ms, '#d55e00'),
  ].join('\n');
}

function sharePanel(buckets: readonly Bucket[], { end_s, y }: Scale): string {
  const left = LEFT + PANEL + GAP;
  const width = PANEL / buckets.length;
  const bars = buckets.flatMap(({ shares }, index) => {
    let top = y;
    return shares.map((share, origin) => {
      const height = share * HEIGHT;
      top += height;
      if (height === 0) return '';
      const at = `x="${digits(left + index * width)}" y="${digits(top - height)}"`;
      return `<rect ${at} width="${digits(width + 0.2)}" height="${digits(height)}" fill="${colourOf(origin)}"/>`;
    });
  });
  // Antialiasing would leave seams between the bars.
  const area = `<g shape-rendering="crispEdges">${bars.filter((bar) => bar !== '').join('\n')}</g>`;
  return [area, frame(left, y, end_s, ['100 %', '50', '0'])].join('\n');
}

function eventLines({ events }: Run, { end_s, y }: Scale): string {
  return events
    .filter(({ event }) => event.at_s <= end_s)
    .flatMap(({ event }) =>
      [LEFT, LEFT + PANEL + GAP].map((left) => {
        const x = digits(left + (event.at_s / end_s) * PANEL);
        return `<line x1="${x}" x2="${x}" y1="${y}" y2="${y + HEIGHT}" stroke="#333" stroke-dasharray="3 3"/>`;
      }),
    )
    .join('\n');
}

function frame(left: number, y: number, end_s: number, labels: readonly string[]): string {
  return [
    `<rect x="${left}" y="${y}" width="${PANEL}" height="${HEIGHT}" fill="none" stroke="#bbb"/>`,
    ...labels.map((label, index) =>
      text(left - 4, y + 4 + (index * HEIGHT) / (labels.length - 1), label, 'text-anchor="end"'),
    ),
    text(left, y + HEIGHT + 13, '0 s'),
    text(left + PANEL, y + HEIGHT + 13, `${Number(end_s.toPrecision(3))} s`, 'text-anchor="end"'),
  ].join('\n');
}

function legend(run: Run | undefined): string {
  const origins = run?.scenario.origins ?? [];
  const names = origins
    .slice(0, MAX_NAMES)
    .map(({ id }, index) => `<tspan fill="${colourOf(index)}">■</tspan> ${escaped(id)}`);
  if (origins.length > MAX_NAMES) names.push(`… ${origins.length} origins`);
  const times = '<tspan fill="#0072b2">■</tspan> median <tspan fill="#d55e00">■</tspan> p99';
  return [
    `<text x="${LEFT}" y="18">latency: ${times}</text>`,
    `<text x="${LEFT + PANEL + GAP}" y="18">share: ${names.join(' ')}</text>`,
  ].join('\n');
}
