import type { LocationHint } from '../../../shared/geo/location_hints.ts';
import { dueAt } from '../../../shared/time/clock.ts';
import { within } from '../../../shared/time/within.ts';
import type { Assignment, Env } from '../env.ts';
import type { Observation, Observations } from '../judge/observation.ts';
import { REPORT_MS, TELL_MS } from '../paces.ts';
import type { Watched, WatchKey } from '../probe/order.ts';
import type { StoredMap } from '../stored_map.ts';

/** The last report of a region. Stored. */
export interface Link {
  /** When it arrived, milliseconds since the epoch. Before the first report: when the region was first asked. */
  heard_at: number;
  /** Stored under this name. Another name would lose the reports that an older version has stored. */
  sights: Observations;
}

/** A region that missed three reports is silent. */
export const SILENT_AFTER_MS = 3 * REPORT_MS;
/** Ample for a Durable Object on the other side of the world that has to start first. */
const CALL_TIMEOUT_MS = 5_000;
/** Wait before another attempt to reach a region. */
const RETRY_MS = 5_000;

/** The coordinator's view of its regions: the assignment and the last report of each. */
export class Regions {
  readonly #links: StoredMap<LocationHint, Link>;
  readonly #env: Env;
  readonly #coordinator: string;
  #watched: readonly Watched[] | undefined;
  readonly #assignments = new Map<LocationHint, Assignment>();
  /** When to tell each region again. Only in memory, because telling a region twice does no harm. */
  readonly #again_at = new Map<LocationHint, number>();
  #back_at: number;
  #telling = false;

  /**
   * @param coordinator id of the Durable Object to which regions report
   * @param back_at the coordinator could hear no region before this time, milliseconds since the epoch
   */
  constructor(links: StoredMap<LocationHint, Link>, env: Env, coordinator: string, back_at: number) {
    this.#back_at = back_at;
    this.#links = links;
    this.#env = env;
    this.#coordinator = coordinator;
  }

  /**
   * Works out the assignment of each region.
   * @param watched pass the same array again if nothing has changed
   * @param known what is known about an origin, for regions to which it is new
   */
  follow(
    watched: readonly Watched[],
    known: (watched: Watched) => Observation | undefined,
    now: number,
  ): void {
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#assignments.clear();
    this.#again_at.clear();
    const regions = watched.flatMap((each) => each.regions).filter((region) => region !== 'default');
    // Include regions that have nothing left to watch: they must be told to stop.
    for (const region of new Set([...regions, ...this.#links.entries.keys()])) {
      const mine = watched.filter((each) => each.regions.includes(region));
      const { heard_at, sights } = this.#links.get(region) ?? { heard_at: now, sights: {} };
      const seen = Object.fromEntries(
        mine.flatMap((each) => {
          // Until a region has checked an origin itself, assume that it sees what is already known.
          const observation = sights[each.key] ?? known(each);
          return observation === undefined ? [] : [[each.key, observation] as const];
        }),
      );
      this.#links.put(region, { heard_at, sights: seen });
      this.#assignments.set(region, { region, watched: mine, known: seen });
    }
  }

  /** When to call {@link tell} next. Infinity: there is no region, or a call is running. */
  nextAt(now: number): number {
    if (this.#telling) return Number.POSITIVE_INFINITY;
    return Math.min(...[...this.#assignments.keys()].map((region) => this.#tellAt(region, now)));
  }

  /** When to tell a region. Now, if the clock was set back since the time was chosen. */
  #tellAt(region: LocationHint, now: number): number {
    return dueAt(this.#again_at.get(region) ?? 0, now, TELL_MS);
  }

  /**
   * Sends one region its assignment, if one is due. One per round, because every call counts against the limits of an event.
   * @param clock milliseconds since the epoch
   * @returns resolves when the call has ended; never rejects
   */
  async tell(clock: () => number): Promise<void> {
    const now = clock();
    if (this.nextAt(now) > now) return;
    const at = ({ region }: Assignment) => this.#tellAt(region, now);
    const [next] = [...this.#assignments.values()].sort((a, b) => at(a) - at(b));
    if (next === undefined) return;
    this.#telling = true;
    this.#again_at.set(next.region, now + TELL_MS);
    try {
      const object = this.#env.REGIONS.getByName(`${this.#coordinator} ${next.region}`, {
        locationHint: next.region,
      });
      const observations = await within(CALL_TIMEOUT_MS, object.follow(this.#coordinator, next));
      if (next.watched.length === 0) this.#forget(next.region);
      else this.heard(next.region, observations, clock());
    } catch (error) {
      this.#again_at.set(next.region, now + RETRY_MS);
      console.error(`health: region ${next.region} was not reached, will try again: ${String(error)}`);
    } finally {
      this.#telling = false;
    }
  }

  /**
   * Has every region check at once what it watches of these.
   * @returns resolves when all were told; never rejects
   */
  async hurry(suspected: readonly Watched[]): Promise<void> {
    const told = [...this.#assignments.keys()].map(async (region) => {
      const keys = suspected.filter(({ regions }) => regions.includes(region)).map(({ key }) => key);
      if (keys.length === 0) return;
      const object = this.#env.REGIONS.getByName(`${this.#coordinator} ${region}`, { locationHint: region });
      await within(CALL_TIMEOUT_MS, object.hurry(keys)).catch((error) =>
        console.error(`health: region ${region} was not told of a suspicion: ${String(error)}`),
      );
    });
    await Promise.all(told);
  }

  /** Stores the report of a region. */
  heard(region: LocationHint, observations: Observations, now: number): void {
    if (this.#assignments.has(region)) this.#links.put(region, { heard_at: now, sights: observations });
  }

  /** What a region last reported. Undefined: the region is silent, or has no result. */
  observationOf(region: LocationHint, key: WatchKey, now: number): Observation | undefined {
    const link = this.#links.get(region);
    if (link === undefined) return undefined;
    // If the clock was set back, the length of the silence is unknown: count from now on.
    if (link.heard_at > now) this.#links.put(region, { ...link, heard_at: now });
    if (this.#back_at > now) this.#back_at = now;
    return now - Math.max(link.heard_at, this.#back_at) > SILENT_AFTER_MS ? undefined : link.sights[key];
  }

  #forget(region: LocationHint): void {
    this.#links.delete(region);
    this.#assignments.delete(region);
  }
}
