import type { Ranking } from '../../../../shared/contracts/selection.ts';
import * as catalogue from './catalogue.ts';
import { inflight } from './inflight.ts';
import type { Settler } from './settler.ts';

/** This is a map and not an object, because a broken selector may send `toString` or a value that is not a string. */
const SETTLERS = new Map<unknown, Settler>(Object.entries(catalogue));

/** The settler of a ranking. A name that this gateway does not know counts as `inflight`. */
export function settlerOf({ by }: Pick<Ranking, 'by'>): Settler {
  return SETTLERS.get(by) ?? inflight;
}
