import { sinceCondition } from '../sql/since.ts';
import { COLUMNS, type Recorded, recordedOf } from './recorded.ts';

/** Sends a query in logical names. @returns the rows */
export type Ask = (sql: string) => Promise<Array<Record<string, unknown>>>;

/** What was read, and of how much. */
export interface Traffic {
  /** In the order of time. */
  rows: Recorded[];
  /** Rows and requests that the span has, these included. */
  all_rows: number;
  all_requests: number;
}

/** Rows asked for at once: an answer of a few megabytes. */
export const PAGE = 10_000;

/**
 * Reads the newest rows of a span, page by page.
 *
 * Pages are cut by place in an order of all columns that are read, so that rows which change places are equal; what
 * comes in while it reads is kept out by the time of the newest row, as far as that is over.
 *
 * @param limit rows, at most
 * @throws RangeError when `since` is no span
 */
export async function readTraffic(
  ask: Ask,
  { since, balancer, limit }: { since: string; balancer?: string | undefined; limit: number },
  page = PAGE,
): Promise<Traffic> {
  const of = balancer === undefined ? '' : ` AND balancer = ${quoted(balancer)}`;
  const [span] = await ask(
    'SELECT count() AS all_rows, sum(_sample_interval) AS all_requests, min(timestamp) AS oldest, max(timestamp) AS newest ' +
      `FROM traffic WHERE ${sinceCondition(since)}${of}`,
  );
  const all_rows = Number(span?.['all_rows'] ?? 0);
  const all_requests = Number(span?.['all_requests'] ?? 0);
  const wanted = Math.min(limit, all_rows);
  const [oldest, newest] = [String(span?.['oldest']), String(span?.['newest'])].map(quoted);
  const rows: Recorded[] = [];
  while (rows.length < wanted) {
    const size = Math.min(page, wanted - rows.length);
    const read = await ask(
      `SELECT ${COLUMNS} FROM traffic ` +
        `WHERE timestamp >= toDateTime(${oldest}) AND timestamp <= toDateTime(${newest})${of} ` +
        `ORDER BY ${COLUMNS.replace('timestamp', 'timestamp DESC')} LIMIT ${size} OFFSET ${rows.length}`,
    );
    for (const row of read) rows.push(recordedOf(row));
    if (read.length < size) break;
  }
  return { rows: rows.reverse(), all_rows, all_requests };
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
