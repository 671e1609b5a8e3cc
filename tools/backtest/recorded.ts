import { type FactName, type Facts, PLAIN_FACTS } from '../../shared/contracts/facts.ts';
import { regionOf } from '../../shared/geo/regions.ts';

/** A row of `traffic`, with the columns that a replay needs. It stands for `weight` requests. */
export interface Recorded {
  /** Milliseconds since the epoch. Only whole seconds are stored. */
  at: number;
  /** Number of requests: `_sample_interval`, the platform's sampling, times the column `weight`. */
  weight: number;
  balancer: string;
  /** Empty if no origin was tried. */
  origin: string;
  strategy: string;
  country: string;
  colo: string;
  path: string;
  method: string;
  /** Number that stands for the client; 0 if it is unknown. */
  client: number;
  outcome: string;
  attempts: number;
  first_byte_ms: number;
  total_ms: number;
}

/** The columns that {@link recordedOf} reads from a stored version of `traffic`, by logical names. */
export const COLUMNS =
  'timestamp, _sample_interval, weight, balancer, origin, strategy, country, colo, path, method, client, outcome, attempts, first_byte_ms, total_ms';

/** The facts in a row. `region` comes from the country, and a number stands for `client_address`. */
const RECORDED_FACTS: ReadonlySet<FactName> = new Set([
  'client_address',
  'country',
  'region',
  'colo',
  'path',
  'method',
]);

/** Converts a row of the SQL API, in which numbers may be text. */
export function recordedOf(row: Readonly<Record<string, unknown>>): Recorded {
  const text = (name: string) => String(row[name] ?? '');
  return {
    at: Date.parse(`${text('timestamp').replace(' ', 'T')}Z`),
    // Rows of older versions have weight 0 and stand for one request.
    weight: (Number(row['_sample_interval']) || 1) * (Number(row['weight']) || 1),
    balancer: text('balancer'),
    origin: text('origin'),
    strategy: text('strategy'),
    country: text('country'),
    colo: text('colo'),
    path: text('path'),
    method: text('method'),
    client: Number(row['client']) || 0,
    outcome: text('outcome'),
    attempts: Number(row['attempts']) || 0,
    first_byte_ms: Number(row['first_byte_ms']) || 0,
    total_ms: Number(row['total_ms']) || 0,
  };
}

/** Whether traffic records a fact. It does not record headers, for example. */
export function isRecorded(fact: FactName): boolean {
  return RECORDED_FACTS.has(fact);
}

/**
 * The facts of a recorded request. Facts that are not recorded are empty, as if they were unknown. A number stands for the
 * client's address, so a hash keeps a client on one origin, but not on the origin of production.
 */
export function factsOf(
  { country, colo, path, method, client }: Recorded,
  extra: readonly FactName[],
): Facts {
  const facts: Partial<Record<FactName, string>> = {};
  for (const name of [...PLAIN_FACTS, ...extra]) facts[name] = '';
  const region = country === '' ? '' : regionOf(country, undefined);
  const client_address = client === 0 ? '' : String(client);
  return Object.assign(facts, { client_address, country, colo, path, method, region });
}
