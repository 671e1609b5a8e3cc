import type { LocationHint } from '../../shared/geo/location_hints.ts';
import { pending } from '../../shared/time/clock.ts';
import { within } from '../../shared/time/within.ts';
import type { Env } from './env.ts';
import type { Watched, WatchKey } from './order.ts';
import type { Assignment } from './rpc.ts';
import type { Sight, Sights } from './sight.ts';
import type { Shelf } from './stored_map.ts';

/** What the coordinator has heard from a region. */
export interface Link {
  /** Milliseconds since the epoch; where nothing was heard yet, when the region was first asked. */
  heard_at: number;
  sights: Sights;
}

/** Without a change, a region reports this often. */
export const REPORT_MS = 30_000;

/** A region that has missed three reports is silent. */
export const SILENT_AFTER_MS = 3 * REPORT_MS;

/** A region is told what to watch when that changes, and this often, which also wakes one whose clock was lost. */
const TELL_MS = 60_000;

/** An object on the other side of the world that has to start first answers well within this. */
const CALL_TIMEOUT_MS = 5_000;

/** A region that was not reached is tried again after this. */
const RETRY_MS = 5_000;

/** The coordinator's side of its regions: what each shall watch, and what it last said. */
export class Regions {
  readonly #links: Shelf<LocationHint, Link>;
  readonly #env: Env;
  readonly #coordinator: string;
  #watched: readonly Watched[] | undefined;
  readonly #assignments = new Map<LocationHint, Assignment>();
  /** When each is to be told again. In memory alone, because being told twice does no harm. */
  readonly #again_at = new Map<LocationHint, number>();
  #back_at: number;
  #telling = false;

  /**
   * @param coordinator id of the object to which regions report
   * @param back_at before this moment nobody could be heard, milliseconds since the epoch
   */
  constructor(links: Shelf<LocationHint, Link>, env: Env, coordinator: string, back_at: number) {
    this.#back_at = back_at;
    this.#links = links;
    this.#env = env;
    this.#coordinator = coordinator;
  }

  /**
   * Works out what each region shall watch.
   * @param watched the same list as before if nothing has changed
   * @param known what is known of an origin, for a region to which it is new
   */
  follow(watched: readonly Watched[], known: (watched: Watched) => Sight | undefined, now: number): void {
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#assignments.clear();
    this.#again_at.clear();
    const regions = watched.flatMap((each) => each.regions).filter((region) => region !== 'default');
    // A region that has nothing to watch any more has to be told so.
    for (const region of new Set([...regions, ...this.#links.entries.keys()])) {
      const mine = watched.filter((each) => each.regions.includes(region));
      const { heard_at, sights } = this.#links.get(region) ?? { heard_at: now, sights: {} };
      const seen = Object.fromEntries(
        mine.flatMap((each) => {
          // Until a region has seen for itself, it is taken to see what is known already.
          const sight = sights[each.key] ?? known(each);
          return sight === undefined ? [] : [[each.key, sight] as const];
        }),
      );
      this.#links.put(region, { heard_at, sights: seen });
      this.#assignments.set(region, { region, watched: mine, known: seen });
    }
  }

  /** When a region has to be told next; Infinity: there is none, or one is being told. */
  nextAt(now: number): number {
    if (this.#telling) return Number.POSITIVE_INFINITY;
    return Math.min(...[...this.#assignments.keys()].map((region) => this.#tellAt(region, now)));
  }

  /** When a region is to be told: now, where the clock was set back since that was settled. */
  #tellAt(region: LocationHint, now: number): number {
    const again_at = this.#again_at.get(region) ?? 0;
    return again_at <= now || pending(again_at, now, TELL_MS) ? again_at : now;
  }

  /**
   * Tells one region, if one has to be told: one a round, as every call counts against what an event may do.
   * @returns its end; never rejects
   */
  async tell(now: number): Promise<void> {
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
      const sights = await within(CALL_TIMEOUT_MS, object.follow(this.#coordinator, next));
      if (next.watched.length === 0) this.#forget(next.region);
      else this.heard(next.region, sights, Date.now());
    } catch (error) {
      this.#again_at.set(next.region, now + RETRY_MS);
      console.error(`health: the region ${next.region} was not reached: ${String(error)}`);
    } finally {
      this.#telling = false;
    }
  }

  /** Takes over what a region sees. */
  heard(region: LocationHint, sights: Sights, now: number): void {
    if (this.#assignments.has(region)) this.#links.put(region, { heard_at: now, sights });
  }

  /** What a region sees; undefined: it is silent, or does not know. */
  sightOf(region: LocationHint, key: WatchKey, now: number): Sight | undefined {
    const link = this.#links.get(region);
    if (link === undefined) return undefined;
    // After the clock was set back, nobody knows how long a region has been silent: count anew.
    if (link.heard_at > now) this.#links.put(region, { ...link, heard_at: now });
    if (this.#back_at > now) this.#back_at = now;
    return now - Math.max(link.heard_at, this.#back_at) > SILENT_AFTER_MS ? undefined : link.sights[key];
  }

  #forget(region: LocationHint): void {
    this.#links.delete(region);
    this.#assignments.delete(region);
  }
}
