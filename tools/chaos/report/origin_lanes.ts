import { digits, text } from '../../project/svg.ts';
import { PLATFORM, SOURCE_FAULTS } from '../faults.ts';
import type { Inflicted, Ledger } from '../ledger/ledger.ts';
import { firstTry, startOf } from '../ledger/steering.ts';
import {
  BROKEN,
  count,
  frame,
  heading,
  LEFT,
  type Panel,
  PLOT,
  perSecond,
  SERVED,
  secondsOf,
  swatch,
  x,
} from './panel.ts';

const LANE = 16;
/** Lanes for platform faults, by target. The faults follow each other closely, and in one lane their names would overlap. */
const PLATFORM_LANES = [
  { target: PLATFORM, lanes: 3 },
  ...Object.keys(SOURCE_FAULTS).map((target) => ({ target, lanes: 2 })),
];

/** A lane for each origin, with the number of requests that tried it first, and its faults. */
export function originLanes(ledger: Ledger): Panel {
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
  const lanes = PLATFORM_LANES.reduce((sum, each) => sum + each.lanes, names.length);
  const height = lanes * LANE;
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
      let top = y + names.length * LANE;
      const platform = PLATFORM_LANES.flatMap(({ target, lanes }) => {
        const own = ledger.faults.filter((fault) => fault.target === target);
        const marks = own.map((fault, index) => mark(ledger, fault, top + (index % lanes) * LANE));
        const drawn = [label(top, target), ...marks];
        top += lanes * LANE;
        return drawn;
      });
      const name = `first tries per second, by origin: ${swatch(SERVED)} darker is more; ${swatch(BROKEN)} faults`;
      return [
        heading(y, name),
        ...drawn.filter((each) => each !== ''),
        ...platform,
        frame(y, height, []),
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

function label(top: number, name: string): string {
  return text(LEFT - 4, top + LANE - 4, name, 'text-anchor="end"');
}
