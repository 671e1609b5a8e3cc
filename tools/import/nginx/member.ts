import { type Place, placeOf } from '../parts/host.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Parameter, Statement } from './statement.ts';

/** A `server` of an `upstream`. */
export interface Member extends Place {
  statement: Statement;
  weight: number;
  backup: boolean;
  down: boolean;
  drain: boolean;
  parameter(key: string): Parameter | undefined;
}

/** The largest weight that is taken. */
const MAX_WEIGHT = 1_000_000;

/** Reads a `server` line. Undefined: it names no host, such as a Unix socket. */
export function memberOf(statement: Statement, ledger: Ledger): Member | undefined {
  const place = placeOf(statement.args[0] ?? '');
  const parameter = (key: string) => statement.parameters.find((each) => each.key === key);
  if (place === undefined) {
    const why = 'is no host that a Worker can connect to; expose it over HTTP under a hostname';
    ledger.none(statement, why);
    for (const each of statement.parameters) ledger.none(each, 'its server was not taken');
    return undefined;
  }
  ledger.taken(statement);
  const weight = Number(parameter('weight')?.value ?? 1);
  for (const key of ['weight', 'backup', 'down', 'drain']) ledger.taken(parameter(key));
  ledger.platform(parameter('resolve'), 'the platform resolves names');
  for (const key of ['route', 'service', 'id'])
    ledger.none(
      parameter(key),
      key === 'route' ? 'sessions have a signed cookie instead' : 'list the origins',
    );
  return {
    ...place,
    statement,
    weight: Number.isInteger(weight) && weight > 0 ? Math.min(weight, MAX_WEIGHT) : 1,
    backup: parameter('backup') !== undefined,
    down: parameter('down') !== undefined,
    drain: parameter('drain') !== undefined,
    parameter,
  };
}
