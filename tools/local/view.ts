import pc from 'picocolors';

/** One origin as the live view shows it. */
export interface OriginRow {
  /** `pool/origin`. */
  id: string;
  /** The key that stops and restarts it; empty if it is not a demo origin. */
  key: string;
  /** `up`, `down`, …; `?` while the console does not answer. */
  state: string;
  reason?: string;
  /** Whether its process was stopped by a key or a `kill`. */
  broken: boolean;
  /** Requests in the window. Sampled rows count by weight. */
  requests: number;
  p95_ms: number | undefined;
}

/** Content of the live view. */
export interface View {
  url: string;
  /** Length of the window of the figures. */
  window_s: number;
  rows: readonly OriginRow[];
  /** False if the SQL API does not answer, so that there are no figures. */
  figures: boolean;
}

const BAR = 20;

/** The live view as text: share, rate, p95 and state of each origin. */
export function renderView(view: View): string {
  const total = view.rows.reduce((sum, { requests }) => sum + requests, 0);
  const width = Math.max(6, ...view.rows.map(({ id }) => id.length));
  const head = `     ${'origin'.padEnd(width)}  ${'share'.padEnd(BAR + 6)}  ${'rate/s'.padStart(7)}  ${'p95 ms'.padStart(7)}  state`;
  const lines = view.rows.map((row) => {
    const share = total === 0 ? 0 : row.requests / total;
    const filled = Math.round(share * BAR);
    const bar = pc.cyan('█'.repeat(filled)) + pc.dim('░'.repeat(BAR - filled));
    const figures = view.figures
      ? `${bar} ${percent(share)}  ${rate(row.requests / view.window_s)}  ${figure(row.p95_ms)}`
      : ' '.repeat(BAR + 24);
    return `  ${pc.bold(row.key.padStart(1))}  ${row.id.padEnd(width)}  ${figures}  ${state(row)}`;
  });
  const keys = view.rows.map(({ key }) => key).filter((key) => key !== '');
  return [
    `${pc.bold('Plimsoll')}  ${view.url}  ${figuresNote(view, total)}`,
    '',
    pc.dim(head),
    ...lines,
    '',
    pc.dim(`  ${keys.length === 0 ? '' : `${keys.join(', ')}: stop or restart an origin   `}q: quit`),
  ].join('\n');
}

function figuresNote({ figures, window_s }: View, total: number): string {
  if (!figures) return pc.dim('no figures: the SQL API does not answer');
  return pc.dim(`${(total / window_s).toFixed(1)} requests/s over ${window_s} s`);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`.padStart(5);
}

function rate(per_second: number): string {
  return per_second.toFixed(1).padStart(7);
}

function figure(ms: number | undefined): string {
  return (ms === undefined ? '-' : ms.toFixed(ms < 10 ? 1 : 0)).padStart(7);
}

function state({ state, reason, broken }: OriginRow): string {
  const said = reason === undefined ? state : `${state} (${reason})`;
  const colour = state === 'up' ? pc.green : state === 'down' ? pc.red : pc.yellow;
  return colour(said) + (broken ? pc.dim('  stopped by you') : '');
}
