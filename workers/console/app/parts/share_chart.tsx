import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clock, short } from '../../../../shared/display/format.ts';
import { colourOf } from '../lib/colours.ts';
import type { Mark } from '../lib/marks.ts';
import type { Range } from '../lib/range.ts';
import type { Stack } from '../lib/stack.ts';
import { Legend } from './legend.tsx';
import { Table } from './table.tsx';

interface Props {
  caption: string;
  range: Range;
  steps: readonly number[];
  stack: Stack;
  marks: readonly Mark[];
}

const HEIGHT = 240;
/** Requests a second by series, stacked, with marks for changes. Its table follows, because a canvas says nothing to a reader. */
export function ShareChart({ caption, range, steps, stack, marks }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const { series, values, tops } = stack;
  useEffect(() => {
    const element = place.current;
    if (element === null || series.length === 0) return;
    const chart = new uPlot(optionsOf(element, range, stack, marks), dataOf(steps, tops, range), element);
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [range, steps, stack, marks, series, tops]);
  if (series.length === 0) return <p class="soft">No requests in the last {range.label}.</p>;
  return (
    <figure>
      <figcaption>{caption}</figcaption>
      <Legend names={series} />
      <div ref={place} class="chart" aria-hidden="true" />
      <details>
        <summary>As a table</summary>
        <Table
          caption={`${caption}, requests a step`}
          columns={[
            { title: 'time (UTC)', cell: (i: number) => clock(steps[i] ?? 0, range.span_s > 86_400) },
            ...series.map((name, s) => ({
              title: name,
              number: true as const,
              cell: (i: number) => short(values[s]?.[i] ?? 0),
            })),
          ]}
          rows={steps.map((_, index) => index).reverse()}
          keyOf={String}
          empty="No requests."
        />
      </details>
    </figure>
  );
}

/** The highest first, so that each lower one is drawn over it. */
function dataOf(steps: readonly number[], tops: number[][], { step_s }: Range): uPlot.AlignedData {
  const rates = tops.map((row) => row.map((value) => value / step_s));
  return [steps.slice(), ...rates.reverse()];
}

function optionsOf(
  element: HTMLElement,
  range: Range,
  { series }: Stack,
  marks: readonly Mark[],
): uPlot.Options {
  const ink = getComputedStyle(element).color;
  const line = getComputedStyle(element).getPropertyValue('--line');
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(max, 0.1) * 1.05] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((at) => clock(at, range.span_s > 86_400)) },
      { ...axis, size: 60, values: (_, ticks) => ticks.map((value) => `${short(value)}/s`) },
    ],
    series: [
      {},
      ...series
        .map((label, index) => ({
          label,
          fill: colourOf(index),
          stroke: colourOf(index),
          width: 1,
          points: { show: false },
        }))
        .reverse(),
    ],
    hooks: { draw: [(chart) => drawMarks(chart, marks, ink)] },
  };
}

function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly Mark[], ink: string): void {
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.setLineDash([4, 4]);
  for (const { at } of marks) {
    const x = Math.round(valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
