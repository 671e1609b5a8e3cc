import { quoted } from '../sql/quoted.ts';

/** What a tail shows. Absent: everything. */
export interface Filters {
  balancer?: string;
  pool?: string;
  /** `pool/origin`. */
  origin?: string;
  /** `503`, or `5xx`. */
  status?: string;
  country?: string;
}

/**
 * The window that is read each time. In production a row can be read about a minute after its request, and the rows of one second
 * do not arrive together.
 */
const WINDOW_S = 180;

/** Rows of a window. A window with as many may have had more. */
export const MAX_ROWS = 1_000;

/** The query of the last minutes, newest first. @throws RangeError for a status that is none */
export function tailQuery({ balancer, pool, origin, status, country }: Filters): string {
  const conditions = [
    `timestamp > now() - INTERVAL '${WINDOW_S}' SECOND`,
    ...Object.entries({ balancer, pool, origin, country: country?.toUpperCase() }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} = ${quoted(value)}`],
    ),
    ...(status === undefined ? [] : [statusCondition(status)]),
  ];
  return `SELECT toUInt32(timestamp) AS at, balancer, pool, origin, method, path, status, outcome, decision, strategy, attempts,
  retry_reason, fallback, colo, country, first_byte_ms, total_ms, detail, isolate
FROM traffic WHERE ${conditions.join(' AND ')}
ORDER BY at DESC LIMIT ${MAX_ROWS}`;
}

function statusCondition(status: string): string {
  const [, digit, rest = ''] = /^([1-5])(xx|\d\d)$/i.exec(status) ?? [];
  if (digit === undefined)
    throw new RangeError(`\`${status}\` is neither a status nor a class of them, such as 503 or 5xx`);
  if (rest.toLowerCase() !== 'xx') return `status = ${status}`;
  return `status >= ${digit}00 AND status < ${Number(digit) + 1}00`;
}
