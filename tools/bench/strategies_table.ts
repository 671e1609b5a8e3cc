import Table from 'cli-table3';
import { POLICIES } from '../../shared/strategies/strategies.ts';
import { spreadOf } from './rounds.ts';
import type { Cell } from './strategies.ts';

/** Names of the policies that look up a key in a table, on a ring or by a formula. */
const LOOK_UPS = POLICIES.filter(({ keyed, makes_table }) => keyed && makes_table).map(({ name }) => name);
/** Largest ratio of a cost that does not grow. Noise and processor caches account for it. */
const NOT_GROWN = 2;

/** How a cost grows with the number of origins. With `logarithm`, at most as fast as the logarithm. */
export type Growth = 'none' | 'logarithm' | 'more';

const SAYINGS: Record<Growth, string> = {
  none: 'Do not grow',
  logarithm: 'Grow with the logarithm',
  more: 'Grow',
};

/** Figures as `--json` prints them: medians over rounds, with the middle half; microseconds. */
export function strategyFigures(cells: readonly Cell[]) {
  const figures = cells.map(({ strategy, origins, decision_us, build_us }) => ({
    strategy,
    origins,
    decision_us: spreadOf(decision_us) ?? null,
    build_us: spreadOf(build_us) ?? null,
    rounds: decision_us.length,
  }));
  return { figures, growth: growthOf(cells) };
}

/** The ratio of a look-up's cost with the most origins to its cost with the fewest. */
export function growthOf(cells: readonly Cell[]) {
  const sizes = sizesOf(cells);
  const [fewest = 0, most = 0] = [sizes[0], sizes.at(-1)];
  return LOOK_UPS.flatMap((strategy) => {
    const at = (origins: number) =>
      spreadOf(
        cells.find((cell) => cell.strategy === strategy && cell.origins === origins)?.decision_us ?? [],
      )?.median ?? Number.NaN;
    // A ratio of medians and not of rounds, which are so short that another process disturbs only one of the two.
    const ratio = at(most) / at(fewest);
    return Number.isNaN(ratio)
      ? []
      : [{ strategy, fewest, most, ratio, growth: growth(ratio, fewest, most) }];
  });
}

function growth(ratio: number, fewest: number, most: number): Growth {
  if (ratio <= NOT_GROWN) return 'none';
  return ratio <= Math.log(most) / Math.log(fewest) ? 'logarithm' : 'more';
}

/** The figures as text. */
export function strategyTable(cells: readonly Cell[]): string {
  const tables = [
    'Microseconds per decision: ranking, and choosing among the finalists',
    table(cells, ({ decision_us }) => decision_us),
    'Microseconds to build the table, once for each list of origins, including the first decision',
    table(
      cells.filter(({ build_us }) => build_us.length > 0),
      ({ build_us }) => build_us,
    ),
  ];
  return [...tables, closing(cells)].join('\n');
}

function table(cells: readonly Cell[], of: (cell: Cell) => readonly number[]): string {
  const sizes = sizesOf(cells);
  const rows = new Table({
    head: ['strategy', ...sizes.map((size) => `${size.toLocaleString('en-US')} origins`)],
    colAligns: ['left', ...sizes.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const strategy of new Set(cells.map((cell) => cell.strategy))) {
    const own = cells.filter((cell) => cell.strategy === strategy);
    rows.push([strategy, ...own.map((cell) => microseconds(spreadOf(of(cell))?.median))]);
  }
  return rows.toString();
}

function closing(cells: readonly Cell[]): string {
  const growths = growthOf(cells);
  const [first] = growths;
  if (first === undefined) return '';
  const parts = (['none', 'logarithm', 'more'] as const).flatMap((how) => {
    const own = growths.filter((each) => each.growth === how);
    if (own.length === 0) return [];
    return `${SAYINGS[how]}: ${own.map(({ strategy, ratio }) => `${strategy} (${ratio.toFixed(1)} ×)`).join(', ')}.`;
  });
  const span = [first.fewest, first.most].map((size) => size.toLocaleString('en-US')).join(' to ');
  return `Look-ups from ${span} origins. ${parts.join(' ')}`;
}

function sizesOf(cells: readonly Cell[]): number[] {
  return [...new Set(cells.map(({ origins }) => origins))].sort((a, b) => a - b);
}

/** A time with three significant digits; empty if there is none. */
function microseconds(us: number | undefined): string {
  if (us === undefined) return '';
  return us < 100 ? Number(us.toPrecision(3)).toString() : Math.round(us).toLocaleString('en-US');
}
