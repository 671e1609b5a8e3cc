import { colourOf, digits, escaped, nice, point, text } from '../../project/svg.ts';
import { PLATFORM } from '../faults.ts';
import { KINDS } from '../kinds.ts';
import { classify } from '../ledger/classify.ts';
import { type Inflicted, type Ledger, openBook } from '../ledger/ledger.ts';
import { firstTry, startOf } from '../ledger/steering.ts';

const WIDTH = 1000;
const LEFT = 64;
const RIGHT = 12;
const PLOT = WIDTH - LEFT - RIGHT;
const LANE = 16;
/** Faults of the platform follow close on one another: in several lanes, their names have room. */
const PLATFORM_LANES = 4;
const GAP = 26;
const SERVED = '#0072b2';
const BROKEN = '#d55e00';
const MIB = 2 ** 20;

/** A panel: how high it is, and what is drawn in it from `y` down. */
interface Panel {
  height: number;
  draw(y: number): string;
}

/**
 * Draws a run as SVG: answers and errors a second, their times, what was broken when and who was tried first, memory.
 */
export function timeline(ledger: Ledger): string {
  const panels = [answers(ledger), times(ledger), lanes(ledger), memory(ledger)];
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
      const name = `answers a second: ${swatch(SERVED)} whole and right ${swatch(BROKEN)} errors and cuts`;
      return [heading(y, name), ...bars, frame(y, height, [String(most), '0'])].join('\n');
    },
  };
}

function times(ledger: Ledger): Panel {
  // Those whose answer comes in one piece.
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
      const name = `time until the whole answer, short ones: ${swatch(SERVED)} median ${swatch(BROKEN)} p99`;
      return [
        heading(y, name),
        line(({ p50 }) => p50, SERVED),
        line(({ p99 }) => p99, BROKEN),
        frame(y, height, [`${most} ms`, '0']),
      ].join('\n');
    },
  };
}

/** One lane an origin: how often it was tried first, and under it what was wrong with it. */
function lanes(ledger: Ledger): Panel {
  const tries = new Map<string, number[]>();
  for (const each of ledger.points) {
    const origin = firstTry(each);
    if (origin === '') continue;
    const counts = tries.get(origin) ?? perSecond(ledger);
    count(counts, ledger, startOf(each));
    tries.set(origin, counts);
  }
  const names = [...tries.keys()].sort();
  const most = Math.max(...[...tries.values()].flat(), 1);
  const height = (names.length + PLATFORM_LANES) * LANE;
  return {
    height,
    draw: (y) => {
      const drawn = names.flatMap((name, index) => {
        const top = y + index * LANE;
        const cells = (tries.get(name) ?? []).map((number, second) =>
          number === 0 ? '' : cell(ledger, second, top, number / most),
        );
        const faults = ledger.faults.filter(({ target }) => target === name);
        return [label(top, name), ...cells, ...faults.map((fault) => mark(ledger, fault, top))];
      });
      const platform = y + names.length * LANE;
      const rest = ledger.faults.filter(({ target }) => target === PLATFORM);
      const name = `first tries a second, by origin: ${swatch(SERVED)} the darker, the more; ${swatch(BROKEN)} what was broken`;
      return [
        heading(y, name),
        ...drawn.filter((each) => each !== ''),
        label(platform, 'platform'),
        ...rest.map((fault, index) => mark(ledger, fault, platform + (index % PLATFORM_LANES) * LANE)),
        frame(y, height, []),
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
        heading(y, `live heap, one line a process: ${names}`),
        ...lines,
        frame(y, height, [`${most} MiB`, '0']),
      ].join('\n');
    },
  };
}

function mark(ledger: Ledger, { kind, started_at, ended_at }: Inflicted, top: number): string {
  const from = x(ledger, (started_at - ledger.started_at) / 1_000);
  const to = x(ledger, (Math.min(ended_at, ledger.ended_at) - ledger.started_at) / 1_000);
  const box = `x="${digits(from)}" y="${top + 1}" width="${digits(to - from)}" height="${LANE - 2}"`;
  return [
    `<rect ${box} fill="${BROKEN}" fill-opacity="0.25" stroke="${BROKEN}"/>`,
    `<text x="${digits(from + 2)}" y="${top + LANE - 5}" font-size="8" fill="#000">${kind}</text>`,
  ].join('');
}

function cell(ledger: Ledger, second: number, top: number, share: number): string {
  const width = PLOT / secondsOf(ledger);
  const box = `x="${digits(x(ledger, second))}" y="${top}" width="${digits(width)}" height="${LANE}"`;
  return `<rect ${box} fill="${SERVED}" fill-opacity="${Math.sqrt(share).toFixed(2)}"/>`;
}

function bar(ledger: Ledger, second: number, bottom: number, height: number, colour: string): string {
  if (height === 0) return '';
  const width = PLOT / secondsOf(ledger);
  const box = `x="${digits(x(ledger, second))}" y="${digits(bottom - height)}" width="${digits(width)}"`;
  return `<rect ${box} height="${digits(height)}" fill="${colour}"/>`;
}

function polyline(points: readonly string[], colour: string): string {
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function frame(y: number, height: number, labels: readonly string[]): string {
  return [
    `<rect x="${LEFT}" y="${y}" width="${PLOT}" height="${height}" fill="none" stroke="#bbb"/>`,
    ...labels.map((name, index) =>
      text(LEFT - 4, y + 4 + (index * height) / (labels.length - 1), name, 'text-anchor="end"'),
    ),
  ].join('\n');
}

/** @param markup with swatches */
function heading(y: number, markup: string): string {
  return `<text x="${LEFT}" y="${y - 6}">${markup}</text>`;
}

function label(top: number, name: string): string {
  return text(LEFT - 4, top + LANE - 4, name, 'text-anchor="end"');
}

function swatch(colour: string): string {
  return `<tspan fill="${colour}">■</tspan>`;
}

function secondsOf({ started_at, ended_at }: Ledger): number {
  return Math.ceil((ended_at - started_at) / 1_000);
}

function secondOf({ started_at }: Ledger, at: number): number {
  return Math.floor((at - started_at) / 1_000);
}

function x(ledger: Ledger, second: number): number {
  return LEFT + (second / secondsOf(ledger)) * PLOT;
}

function perSecond(ledger: Ledger): number[] {
  return Array.from({ length: secondsOf(ledger) }, () => 0);
}

function count(counts: number[], ledger: Ledger, at: number): void {
  const second = secondOf(ledger, at);
  if (second >= 0 && second < counts.length) counts[second] = (counts[second] ?? 0) + 1;
}
