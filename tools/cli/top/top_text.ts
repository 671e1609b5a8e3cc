import { ms, percent, short } from '../../../shared/display/format.ts';
import { textTable } from '../../project/text_table.ts';
import { visible } from '../../project/visible.ts';
import { type TopRow, WINDOW_S } from './top_query.ts';

/** By what `lb top` sorts. */
export const SORTS = ['requests', 'failed', 'p95'] as const;
export type Sort = (typeof SORTS)[number];

/** Lines besides the rows: a title, the head, the end and the last line, which the cursor takes. */
const OTHER_LINES = 4;

/**
 * What `lb top` shows.
 * @param size of the terminal. Rows that do not fit are left out, and the last line says how many
 */
export function topText(
  rows: readonly TopRow[],
  sort: Sort,
  size: { rows: number; columns: number },
  now: Date,
): string {
  const total = sum(rows, 'requests');
  const title = `${short(total / WINDOW_S)} requests/s, ${percent(sum(rows, 'failed'), total)} failed, at ${now.toISOString().slice(11, 19)} UTC`;
  const sorted = [...rows].sort((a, b) => weightOf(b, sort) - weightOf(a, sort) || b.requests - a.requests);
  const shown = sorted.slice(0, Math.max(1, size.rows - OTHER_LINES));
  const table = textTable(
    ['load balancer', 'origin', 'req/s', 'failed', 'retried', 'p50', 'p95', 'in flight'],
    shown.map(({ balancer, origin, requests, failed, retried, p50_ms, p95_ms, inflight }) => [
      cut(visible(balancer), 16),
      cut(visible(origin) || 'none', 22),
      short(requests / WINDOW_S),
      percent(failed, requests),
      percent(retried, requests),
      ms(p50_ms),
      ms(p95_ms),
      String(inflight),
    ]),
  );
  const hidden = rows.length - shown.length;
  const end = `by ${sort}${hidden > 0 ? `; ${hidden} more` : ''}; s sorts, q ends`;
  return [title, ...table.split('\n'), end].map((line) => cut(line, size.columns)).join('\n');
}

function weightOf({ requests, failed, p95_ms }: TopRow, sort: Sort): number {
  if (sort === 'failed') return failed / requests;
  return sort === 'p95' ? p95_ms : requests;
}

function sum(rows: readonly TopRow[], column: 'requests' | 'failed'): number {
  return rows.reduce((total, row) => total + row[column], 0);
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
