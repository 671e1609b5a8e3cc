import Table from 'cli-table3';
import { spreadOf } from './rounds.ts';
import type { Cell } from './strategies.ts';

/** Strategies whose decision is a look-up in a hash table, a ring or a formula. */
const LOOK_UPS = ['maglev', 'ketama', 'jump'];
/** Up to so many times its cost at the fewest origins, a look-up at the most of them has not grown. */
const NOT_GROWN = 2;

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
      cells.find((cell) => cell.strategy === strategy && cell.origins === origins)?.decision_us ?? [];
    const [few, many] = [at(fewest), at(most)];
    // Within a round, where both met the same noise.
    const ratio = spreadOf(many.map((us, round) => us / (few[round] ?? Number.NaN)))?.median;
    return ratio === undefined ? [] : [{ strategy, fewest, most, ratio, grows: ratio > NOT_GROWN }];
  });
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
  const growth = growthOf(cells);
  const [first] = growth;
  if (first === undefined) return '';
  const list = (grows: boolean) =>
    growth
      .filter((each) => each.grows === grows)
      .map(({ strategy, ratio }) => `${strategy} (${ratio.toFixed(1)} ×)`)
      .join(', ');
  const times = (first.most / first.fewest).toLocaleString('en-US');
  const [grown, constant] = [list(true), list(false)];
  return (
    `With ${times} × the origins, look-ups do not grow (up to ${NOT_GROWN} ×) in: ${constant || 'none'}.` +
    (grown === '' ? '' : ` They grow in: ${grown}.`)
  );
}

function sizesOf(cells: readonly Cell[]): number[] {
  return [...new Set(cells.map(({ origins }) => origins))].sort((a, b) => a - b);
}

/** Three digits; a median of none is blank. */
function microseconds(us: number | undefined): string {
  if (us === undefined) return '';
  return us < 100 ? Number(us.toPrecision(3)).toString() : Math.round(us).toLocaleString('en-US');
}
