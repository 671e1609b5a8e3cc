import type { Ranking, SettleBy } from '../../../../shared/contracts/selection.ts';
import { bounded_load } from './bounded_load.ts';
import { inflight } from './inflight.ts';
import { next_inflight } from './next_inflight.ts';
import { peak_ewma } from './peak_ewma.ts';
import { prequal } from './prequal.ts';
import { reported } from './reported.ts';
import type { Settler } from './settler.ts';
import { weighted_inflight } from './weighted_inflight.ts';

/** This is a map and not an object, because a broken selector may send `toString` or a value that is not a string. */
const SETTLERS = new Map<unknown, Settler>(
  Object.entries({
    inflight,
    next_inflight,
    weighted_inflight,
    bounded_load,
    peak_ewma,
    reported,
    prequal,
  } satisfies Record<SettleBy, Settler>),
);

/** The settler of a ranking. A name that this gateway does not know counts as `inflight`. */
export function settlerOf({ by }: Pick<Ranking, 'by'>): Settler {
  return SETTLERS.get(by) ?? inflight;
}
