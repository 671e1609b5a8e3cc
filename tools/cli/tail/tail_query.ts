import { CliError, EXIT } from '../../project/cli_error.ts';

/** What `lb tail` shows. Absent: everything. */
export interface Filters {
  balancer?: string;
  pool?: string;
  origin?: string;
  /** `503`, or `5xx`. */
  status?: string;
  country?: string;
}

/** The window that is read each second. It is longer than a row takes to arrive locally. */
const WINDOW_S = 15;
const MAX_ROWS = 1_000;

/** The query of the last seconds. @throws CliError for a status that is none */
export function tailQuery({ balancer, pool, origin, status, country }: Filters): string {
  const conditions = [
    `timestamp > now() - INTERVAL '${WINDOW_S}' SECOND`,
    ...Object.entries({ balancer, pool, origin, country: country?.toUpperCase() }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} = ${quoted(value)}`],
    ),
    ...(status === undefined ? [] : [statusCondition(status)]),
  ];
  return `SELECT toUInt32(timestamp) AS at, balancer, origin, method, path, status, outcome, decision, strategy, attempts,
  retry_reason, fallback, colo, country, first_byte_ms, total_ms, detail
FROM traffic WHERE ${conditions.join(' AND ')}
ORDER BY at DESC LIMIT ${MAX_ROWS}`;
}

function statusCondition(status: string): string {
  const [, digit, rest = ''] = /^([1-5])(xx|\d\d)$/i.exec(status) ?? [];
  if (digit === undefined)
    throw new CliError(
      `--status must be a status or its class, such as 503 or 5xx; got "${status}"`,
      EXIT.usage,
    );
  if (rest.toLowerCase() !== 'xx') return `status = ${status}`;
  return `status >= ${digit}00 AND status < ${Number(digit) + 1}00`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
