import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { clock, short } from '../../../../shared/display/format.ts';
import { colourOf } from '../lib/colours.ts';
import type { SqlChart } from '../lib/sql_chart.ts';
import { Legend } from './legend.tsx';

const HEIGHT = 260;
/** Names of bars that fit below the axis. */
const NAMES = 12;

/** The chart of a result. The table below it has the same numbers. */
export function SqlPlot({ chart }: { chart: SqlChart }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const plot = new uPlot(
      optionsOf(element, chart),
      [chart.xs, ...chart.series.map(({ values }) => values)],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [chart]);
  return (
    <figure>
      <figcaption>{chart.kind === 'lines' ? 'Over time' : 'By row'}</figcaption>
      <Legend names={chart.series.map(({ name }) => name)} />
      <div ref={place} class="chart" aria-hidden="true" />
    </figure>
  );
}

function optionsOf(element: HTMLElement, chart: SqlChart): uPlot.Options {
  const { kind, xs, names, series } = chart;
  const style = getComputedStyle(element);
  const line = style.getPropertyValue('--line');
  const axis = { stroke: style.color, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const span_s = (xs.at(-1) ?? 0) - (xs[0] ?? 0);
  const bars = uPlot.paths.bars?.({ size: [0.7, 60] });
  const every = Math.ceil(xs.length / NAMES);
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: kind === 'lines', range: rangeOf(chart) },
      y: { range: (_, min, max) => [Math.min(min, 0), Math.max(max, 0) * 1.05 || 1] },
    },
    axes: [
      kind === 'lines'
        ? { ...axis, values: (_, ticks) => ticks.map((at) => clock(at, span_s > 86_400)) }
        : {
            ...axis,
            splits: () => xs.filter((x) => x % every === 0),
            values: (_, ticks) => ticks.map((x) => (names[x] ?? '').slice(0, 14)),
          },
      { ...axis, size: 70, values: (_, ticks) => ticks.map(short) },
    ],
    series: [
      {},
      ...series.map(({ name: label }, index) => ({
        ...{ label, stroke: colourOf(index), width: kind === 'lines' ? 2 : 1, spanGaps: true },
        ...(kind === 'bars' ? { fill: colourOf(index), points: { show: false } } : {}),
        ...(kind === 'bars' && bars !== undefined ? { paths: bars } : {}),
      })),
    ],
  };
}

/** A single time has a minute to both sides, because an axis needs a length. */
function rangeOf({ kind, xs }: SqlChart): [number, number] {
  const [first, last] = [xs[0] ?? 0, xs.at(-1) ?? 0];
  if (kind === 'bars') return [-0.6, last + 0.6];
  return first === last ? [first - 60, last + 60] : [first, last];
}
