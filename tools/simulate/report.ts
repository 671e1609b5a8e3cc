import { percent, rounded, textTable } from '../project/text_table.ts';
import type { Figures } from './figures.ts';

/** Tables of the runs of one scenario, side by side. */
export function report(runs: readonly Figures[]): string {
  return [times(runs), picks(runs), moves(runs), checks(runs)].filter((part) => part !== '').join('\n\n');
}

/** The name of a strategy with its options, for tables. */
export function strategyLabel({ strategy, options }: Pick<Figures, 'strategy' | 'options'>): string {
  const said = Object.entries(options ?? {}).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [strategy, ...said].join(' ');
}

function times(runs: readonly Figures[]): string {
  return textTable(
    ['strategy', 'wall s', 'success', 'mean ms', '±', 'p50', 'p90', 'p95', 'p99', 'p99.9'],
    runs.map((run) => [
      strategyLabel(run),
      rounded(run.wall_s),
      percent(run.success_rate),
      rounded(run.mean_ms),
      run.mean_error_ms === undefined ? '-' : rounded(run.mean_error_ms),
      ...[run.p50_ms, run.p90_ms, run.p95_ms, run.p99_ms, run.p999_ms].map(rounded),
    ]),
  );
}

/** Origins that fit on a screen. More of them are summed up. */
const MAX_COLUMNS = 12;

function picks(runs: readonly Figures[]): string {
  const origins = Object.keys(runs[0]?.picks ?? {});
  const shown = origins.length > MAX_COLUMNS ? [] : origins;
  const summary = shown.length === 0;
  return textTable(
    ['picks', ...(summary ? ['origins', 'least', 'most'] : shown)],
    runs.map((run) => {
      const counts = Object.values(run.picks);
      const figures = summary ? [counts.length, Math.min(...counts), Math.max(...counts)] : counts;
      return [strategyLabel(run), ...figures.map(String)];
    }),
  );
}

function moves(runs: readonly Figures[]): string {
  const rows = runs.flatMap((run) =>
    run.events.map(({ at_s, origin, keys, ...what }) => [
      strategyLabel(run),
      String(at_s),
      `${origin} ${described(what)}`,
      ...(keys === undefined
        ? ['-', '-', '-']
        : [String(keys.moved), String(keys.bystanders), rounded(keys.ideal)]),
    ]),
  );
  return rows.length === 0
    ? ''
    : textTable(['events', 'at s', 'event', 'keys moved', 'between others', 'least possible'], rows);
}

function described({ down, up, weight, service }: Partial<Figures['events'][number]>): string {
  if (down) return 'down';
  if (up) return 'up';
  return weight === undefined ? JSON.stringify(service) : `weight ${weight}`;
}

function checks(runs: readonly Figures[]): string {
  return textTable(
    ['checks', 'in system', "by Little's law", 'workers busy', 'offered'],
    runs.map((run) => {
      const { in_system, little, busy, offered } = run.checks;
      const shares = [busy, offered].map((share) => (share === undefined ? '-' : percent(share)));
      return [strategyLabel(run), rounded(in_system), rounded(little), ...shares];
    }),
  );
}
