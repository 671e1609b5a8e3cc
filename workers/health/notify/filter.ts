import type { Filter } from '../../../shared/model/config.ts';
import type { Change } from './incident.ts';

/** Whether a filter of Cloudflare's lets a change through: that something is well again is the one healthy event. */
export function passes(filter: Filter | undefined, change: Change): boolean {
  if (filter === undefined) return true;
  if (filter.disable) return false;
  return filter.healthy === undefined || filter.healthy === (change === 'closed');
}
