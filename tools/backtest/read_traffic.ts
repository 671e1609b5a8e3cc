import { TRAFFIC_WEIGHT } from '../../shared/analytics/datasets.ts';
import { sinceCondition } from '../../shared/analytics/sql/since.ts';
import { COLUMNS, type Recorded, recordedOf } from './recorded.ts';

/** Sends a query with logical column names. @returns the rows */
export type Ask = (sql: string) => Promise<Array<Record<string, unknown>>>;

/** Recorded traffic. */
export interface Traffic {
  /** The rows that were read, in the order of time. */
  rows: Recorded[];
  /** All rows and requests of the span, whether or not they were read. */
  all_rows: number;
  all_requests: number;
}

/** Rows per query. The answer has a few megabytes. */
export const PAGE = 10_000;

interface Span {
  /** `15m`, `1d` */
  since: string;
  /** Reads only traffic of this load balancer. */
  balancer?: string | undefined;
  /** Most rows to read. */
  limit: number;
}

/**
 * Reads the newest rows of a span from every stored version of `traffic`.
 * @param tables the stored versions: `plimsoll_traffic_v2`, … Not `traffic`, in which `_sample_interval` is weighed already.
 * @throws RangeError if `since` is not a span
 */
export async function readTraffic(
  ask: Ask,
  tables: readonly string[],
  span: Span,
  page = PAGE,
): Promise<Traffic> {
  const read = await Promise.all(tables.map((table) => readTable(ask, table, span, page)));
  const sum = (count: (part: Traffic) => number) => read.reduce((total, part) => total + count(part), 0);
  const rows = read.flatMap((part) => part.rows).sort((a, b) => a.at - b.at);
  return {
    rows: rows.slice(-span.limit),
    all_rows: sum(({ all_rows }) => all_rows),
    all_requests: sum(({ all_requests }) => all_requests),
  };
}

/**
 * Reads the newest rows of one table, page by page.
 *
 * Pages are cut from the rows in the order of all columns that are read, so only equal rows can change places between two
 * queries. Rows that arrive meanwhile are newer than the newest row, and are left out unless they have its second.
 */
async function readTable(
  ask: Ask,
  table: string,
  { since, balancer, limit }: Span,
  page: number,
): Promise<Traffic> {
  const of = balancer === undefined ? '' : ` AND balancer = ${quoted(balancer)}`;
  const [span] = await ask(
    `SELECT count() AS all_rows, sum(${TRAFFIC_WEIGHT}) AS all_requests, min(timestamp) AS oldest, max(timestamp) AS newest ` +
      `FROM ${table} WHERE ${sinceCondition(since)}${of}`,
  );
  const all_rows = Number(span?.['all_rows'] ?? 0);
  const all_requests = Number(span?.['all_requests'] ?? 0);
  const wanted = Math.min(limit, all_rows);
  const [oldest, newest] = [String(span?.['oldest']), String(span?.['newest'])].map(quoted);
  const rows: Recorded[] = [];
  while (rows.length < wanted) {
    const size = Math.min(page, wanted - rows.length);
    const read = await ask(
      `SELECT ${COLUMNS} FROM ${table} ` +
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
