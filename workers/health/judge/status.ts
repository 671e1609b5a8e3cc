import type { ProbeReason } from '../../../shared/contracts/carrying.ts';
import type { OriginState } from '../../../shared/contracts/health.ts';
import { defined } from '../../../shared/defined.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import type { ProbeRegion, Watched, WatchKey } from '../probe/order.ts';
import { type Flaps, flapsAfter } from './flapping.ts';
import type { Observation, Opinion } from './observation.ts';
import { quorum, vote } from './vote.ts';

/** The state of an origin as all its probers together see it. Stored and published. */
export interface Status {
  /** What the probers report. */
  seen: OriginState;
  /** Like `seen`, except that an `up` origin is `degraded` while it is held back for flapping. */
  state: OriginState;
  /** When the origin entered `state`, milliseconds since the epoch. */
  since: number;
  /** Why it left `up`. */
  reason?: ProbeReason;
  /** Absent: it has not fallen lately. */
  flaps?: Flaps;
}

/** One origin after a round of judging. */
export interface Judged {
  id: OriginId;
  pool: string;
  status: Status;
  /** One per region that probes the origin. */
  opinions: ReadonlyMap<ProbeRegion, Opinion>;
  /** For each `monitoring_only` monitor, what the majority of regions sees through it. */
  advisory: readonly { monitor: string; opinion: Opinion }[];
}

/** A judgement with its inputs. */
export interface JudgedBy extends Judged {
  /** What is watched of the origin: one entry for each monitor. */
  watches: readonly Watched[];
  /** By region, then by `watches`. */
  observations: readonly (Observation | undefined)[];
}

/**
 * Judges every origin. The monitors vote within each region, then the majority of regions decides. Origins that flap are
 * held back. An origin about which nothing is new keeps its last judgement. With thousands of origins, that is nearly all of them.
 *
 * @param by_origin what is watched
 * @param observationOf what a region reports; undefined: the region is silent
 * @param before the previous statuses; a status that does not change is returned as the same object
 * @param last what this function returned for the same `by_origin`; default: nothing
 */
export function judgeAll(
  by_origin: ReadonlyMap<OriginId, readonly Watched[]>,
  observationOf: (region: ProbeRegion, key: WatchKey) => Observation | undefined,
  before: ReadonlyMap<OriginId, Status>,
  now: number,
  last: readonly JudgedBy[] = [],
): JudgedBy[] {
  return [...by_origin].flatMap(([id, watches], i) => {
    const [first] = watches;
    if (first === undefined) return [];
    const observations = first.regions.flatMap((region) =>
      watches.map(({ key }) => observationOf(region, key)),
    );
    const earlier = last[i];
    if (earlier !== undefined && holds(earlier, watches, observations, before.get(id))) return [earlier];
    const opinions = new Map(
      first.regions.map((region, r) => {
        const from = r * watches.length;
        return [region, vote(watches.map((each, w) => ({ ...each, observation: observations[from + w] })))];
      }),
    );
    const status = statusAfter(before.get(id), quorum([...opinions.values()]), now);
    const advisory = watches
      .filter(({ monitoring_only }) => monitoring_only)
      .map(({ key, monitor, regions }) => ({
        monitor: monitor.id,
        opinion: quorum(regions.map((region) => observationOf(region, key) ?? { state: 'unknown' })),
      }));
    return [{ id, pool: first.pool, status, opinions, advisory, watches, observations }];
  });
}

/** Whether a judgement still holds. An origin that has fallen is judged again, because its penalty decays. */
function holds(
  earlier: JudgedBy,
  watches: readonly Watched[],
  observations: JudgedBy['observations'],
  before: Status | undefined,
): boolean {
  return (
    earlier.watches === watches &&
    earlier.status === before &&
    before.flaps === undefined &&
    observations.every((observation, i) => observation === earlier.observations[i])
  );
}

/** @returns `before` itself if nothing has changed */
export function statusAfter(before: Status | undefined, opinion: Opinion, now: number): Status {
  const seen = opinion.state;
  const flaps = flapsAfter(before?.flaps, before?.seen === 'up' && seen === 'down', now);
  // `degraded`, not `down`: in a pool whose origins all flap, the ones that are up must still serve.
  const state = seen === 'up' && flaps?.held ? 'degraded' : seen;
  if (before !== undefined && before.seen === seen && before.state === state && before.flaps === flaps)
    return before;
  const same = before?.state === state;
  const reason = state === 'up' ? undefined : same ? before.reason : (opinion.reason ?? before?.reason);
  return {
    seen,
    state,
    since: same ? before.since : before === undefined ? (opinion.since ?? now) : now,
    ...defined({ reason, flaps }),
  };
}

/** What a new prober assumes about an origin until it has checked it. */
export function assumedFrom(status: Status | undefined): Observation | undefined {
  if (status === undefined) return undefined;
  const { seen, since, reason } = status;
  return { state: seen, since, ...defined({ reason }) };
}
