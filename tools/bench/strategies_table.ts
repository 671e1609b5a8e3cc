import Table from 'cli-table3';
import { POLICIES } from '../../shared/strategies/strategies.ts';
import { spreadOf } from './rounds.ts';
import type { Cell } from './strategies.ts';

/** Names of the policies that look a key up in a hash table, a ring or a formula. */
const LOOK_UPS = POLICIES.filter(({ keyed, makes_table }) => keyed && makes_table).map(({ name }) => name);
/** What noise and processor caches may make of a cost that stays the same. */
const NOT_GROWN = 2;

/** How a cost grows with the number of origins; `logarithm`: no faster than that. */
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

/** How many times as much a look-up costs at the most origins as at the fewest. */
export function growthOf(cells: readonly Cell[]) {
  const sizes = sizesOf(cells);
  const [fewest = 0, most = 0] = [sizes[0], sizes.at(-1)];
  return LOOK_UPS.flatMap((strategy) => {
    const at = (origins: number) =>
      spreadOf(
        cells.find((cell) => cell.strategy === strategy && cell.origins === origins)?.decision_us ?? [],
      )?.median ?? Number.NaN;
    // Of medians, not within rounds: these are so short that other processes hit one or the other.
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

/** The same for people. */
export function strategyTable(cells: readonly Cell[]): string {
  const tables = [
    'Microseconds a decision: ranking, and choosing among the finalists',
    table(cells, ({ decision_us }) => decision_us),
    'Microseconds to make the table, once for each list of origins; first decision included',
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

/** Three digits; a median of none is blank. */
function microseconds(us: number | undefined): string {
  if (us === undefined) return '';
  return us < 100 ? Number(us.toPrecision(3)).toString() : Math.round(us).toLocaleString('en-US');
}
