import { colourOf, escaped, nice, point, text } from '../../project/svg.ts';
import { KINDS } from '../kinds.ts';
import { classify } from '../ledger/classify.ts';
import { type Ledger, openBook } from '../ledger/ledger.ts';
import { originLanes } from './origin_lanes.ts';
import {
  BROKEN,
  bar,
  count,
  frame,
  heading,
  LEFT,
  type Panel,
  perSecond,
  polyline,
  RIGHT,
  SERVED,
  secondOf,
  secondsOf,
  swatch,
  WIDTH,
  x,
} from './panel.ts';

/** Between two panels, for the heading of the lower one. */
const GAP = 26;
const MIB = 2 ** 20;

/** Draws a run as SVG: answers and errors per second, response times, faults and first tries by origin, and memory. */
export function timeline(ledger: Ledger): string {
  const panels = [answers(ledger), times(ledger), originLanes(ledger), memory(ledger)];
  let y = 30;
  const drawn = panels.map((panel) => {
    const at = y;
    y += panel.height + GAP;
    return panel.draw(at);
  });
  const title = `Chaos, ${ledger.minutes} min, seed ${ledger.seed}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="10">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${y}" fill="#fff"/>`,
    ...drawn,
    text(LEFT, y - 10, '0 s'),
    text(WIDTH - RIGHT, y - 10, `${secondsOf(ledger)} s`, 'text-anchor="end"'),
    '</svg>\n',
  ].join('\n');
}

function answers(ledger: Ledger): Panel {
  const book = openBook(ledger);
  const served = perSecond(ledger);
  const broken = perSecond(ledger);
  for (const sent of ledger.sent) {
    const { class: name } = classify(sent, book);
    if (name !== 'left' && name !== 'limited') count(name === 'served' ? served : broken, ledger, sent.at);
  }
  const most = nice(Math.max(...served.map((number, second) => number + (broken[second] ?? 0)), 1));
  const height = 60;
  return {
    height,
    draw: (y) => {
      const bars = served.flatMap((number, second) => {
        const errors = broken[second] ?? 0;
        return [
          bar(ledger, second, y + height, (number / most) * height, SERVED),
          bar(ledger, second, y + height * (1 - number / most), (errors / most) * height, BROKEN),
        ];
      });
      const name = `answers per second: ${swatch(SERVED)} complete and correct ${swatch(BROKEN)} errors and cuts`;
      return [heading(y, name), ...bars, frame(y, height, [String(most), '0'])].join('\n');
    },
  };
}

function times(ledger: Ledger): Panel {
  // Only requests whose answer comes in one piece.
  const whole = ledger.sent.filter(
    ({ kind, at, left_at }) => !KINDS[kind].streamed && left_at === 0 && at < ledger.ended_at,
  );
  const seconds = Map.groupBy(whole, ({ at }) => secondOf(ledger, at));
  const quantiles = [...seconds]
    .sort(([a], [b]) => a - b)
    .map(([second, sent]) => {
      const sorted = sent.map(({ at, ended_at }) => ended_at - at).sort((a, b) => a - b);
      const of = (share: number) =>
        sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
      return { second, p50: of(0.5), p99: of(0.99) };
    });
  const most = nice(Math.max(...quantiles.map(({ p99 }) => p99), 1));
  const height = 70;
  return {
    height,
    draw: (y) => {
      const line = (of: (each: (typeof quantiles)[number]) => number, colour: string) =>
        polyline(
          quantiles.map((each) => point(x(ledger, each.second + 0.5), y + height * (1 - of(each) / most))),
          colour,
        );
      const name = `time until the complete answer, without streamed ones: ${swatch(SERVED)} median ${swatch(BROKEN)} p99`;
      return [
        heading(y, name),
        line(({ p50 }) => p50, SERVED),
        line(({ p99 }) => p99, BROKEN),
        frame(y, height, [`${most} ms`, '0']),
      ].join('\n');
    },
  };
}

function memory(ledger: Ledger): Panel {
  const workers = [...new Set(ledger.memory.map(({ worker }) => worker))];
  const most = nice(Math.max(...ledger.memory.map(({ heap_bytes }) => heap_bytes / MIB), 1));
  const height = 70;
  return {
    height,
    draw: (y) => {
      const lines = [...Map.groupBy(ledger.memory, ({ pid }) => pid).values()].map((samples) =>
        polyline(
          samples.map(({ at, heap_bytes }) =>
            point(x(ledger, (at - ledger.started_at) / 1_000), y + height * (1 - heap_bytes / MIB / most)),
          ),
          colourOf(workers.indexOf(samples[0]?.worker ?? '')),
        ),
      );
      const names = workers.map((worker, index) => `${swatch(colourOf(index))} ${worker}`).join(' ');
      return [
        heading(y, `live heap, a line for each process: ${names}`),
        ...lines,
        frame(y, height, [`${most} MiB`, '0']),
      ].join('\n');
    },
  };
}
