import type { ProbeReason } from '../../shared/contracts/carrying.ts';
import type { OriginState } from '../../shared/contracts/health.ts';
import type { OriginId } from '../../shared/model/ids.ts';
import { type Flaps, flapsAfter } from './flapping.ts';
import type { Region, Watched, WatchKey } from './order.ts';
import { quorum } from './quorum.ts';
import type { Opinion, Sight } from './sight.ts';
import { vote } from './vote.ts';

/** What is known of an origin from all who probe it. It is stored, and published. */
export interface Status {
  /** What the probers say. */
  seen: OriginState;
  /** The same, but `degraded` where the origin is up and held back because it falls too often. */
  state: OriginState;
  /** Since when it is in this state, milliseconds since the epoch. */
  since: number;
  /** Why it left `up`. */
  reason?: ProbeReason;
  /** Absent: it has not fallen of late. */
  flaps?: Flaps;
}

/** One origin, judged. */
export interface Judged {
  id: OriginId;
  pool: string;
  status: Status;
  /** Of each region that probes it. */
  opinions: ReadonlyMap<Region, Opinion>;
  /** What the majority of regions sees through the monitors that have no vote. */
  aside: readonly { monitor: string; opinion: Opinion }[];
}

/**
 * Judges every origin: in each region the monitors vote, of the regions the majority counts, and who falls too often is
 * held back.
 *
 * @param sightOf what a region sees; undefined: it is silent
 * @param before what was known; a status that does not change stays the same object
 */
export function judgeAll(
  watched: readonly Watched[],
  sightOf: (region: Region, key: WatchKey) => Sight | undefined,
  before: ReadonlyMap<OriginId, Status>,
  now: number,
): Judged[] {
  return [...Map.groupBy(watched, ({ id }) => id)].flatMap(([id, watches]) => {
    const [first] = watches;
    if (first === undefined) return [];
    const opinions = new Map(
      first.regions.map((region) => [
        region,
        vote(watches.map((each) => ({ ...each, sight: sightOf(region, each.key) }))),
      ]),
    );
    const status = statusAfter(before.get(id), quorum([...opinions.values()]), now);
    const aside = watches
      .filter(({ monitoring_only }) => monitoring_only)
      .map(({ key, monitor, regions }) => ({
        monitor: monitor.id,
        opinion: quorum(regions.map((region) => sightOf(region, key) ?? { state: 'unknown' })),
      }));
    return [{ id, pool: first.pool, status, opinions, aside }];
  });
}

/** @returns `before` itself if nothing has changed */
export function statusAfter(before: Status | undefined, opinion: Opinion, now: number): Status {
  const seen = opinion.state;
  const flaps = flapsAfter(before?.flaps, before?.seen === 'up' && seen === 'down', now);
  // Not down: if all of a pool fall too often, those that stand must still serve.
  const state = seen === 'up' && flaps?.held ? 'degraded' : seen;
  if (before !== undefined && before.seen === seen && before.state === state && before.flaps === flaps)
    return before;
  const same = before?.state === state;
  const reason = state === 'up' ? undefined : same ? before.reason : (opinion.reason ?? before?.reason);
  return {
    seen,
    state,
    since: same ? before.since : before === undefined ? (opinion.since ?? now) : now,
    ...(reason === undefined ? {} : { reason }),
    ...(flaps === undefined ? {} : { flaps }),
  };
}
