import { EvenDraw } from '../../../shared/balancing/even_draw.ts';
import type { FactName } from '../../../shared/contracts/facts.ts';
import type { KeyMap } from '../../../shared/contracts/key_map.ts';
import type { RequestClass } from '../../../shared/contracts/request_class.ts';
import type { Answer, Ranking } from '../../../shared/contracts/selection.ts';
import { sizeOf } from '../../../shared/hashing/key_map.ts';
import { elapsed, pending } from '../../../shared/time/clock.ts';
import { Flights } from './flights.ts';
import { Lru } from './lru.ts';

/**
 * Answers kept for one balancer, one for each key. A key is a combination of the rules that applied and of the facts that the
 * answer varies on. Most balancers need a few. Where each client has its own key (a strategy script that reads the address),
 * this many clients are served without a question. An answer with one ranking of three origins takes 1.2 KB, and one with
 * {@link MIN_WANT} rankings takes 2.2 KB (measured). So a balancer takes 5 to 9 MB of the isolate's 128, and more only where
 * many keys are busy.
 */
export const MAX_KEPT = 4_096;
/**
 * Combinations of rules that are known of one balancer. Clients choose which rules match, so the number is bounded. The least
 * recently used combination is forgotten, and asked about as if it were new.
 */
export const MAX_SCOPES = 64;
/** How long an answer outlives its age while the selector is gone. */
export const STALE_MS = 30_000;
/** Rankings asked for cover about this much traffic, so that a busy isolate asks about once a second. */
const WANT_MS = 1_000;
/** A rate is measured over at least this long, because a burst of one millisecond says little about the next second. */
const RATE_MS = 250;
const MIN_WANT = 8;
/**
 * The first keys may each begin with as many rankings as the only key before them has used. 256 rankings for each of 16 keys
 * take 1 MB. 256 for each of {@link MAX_KEPT} keys would take more than the isolate has.
 */
const FEW_KEYS = 16;
/** The most rankings that one question asks for: a selector gives no more. */
export const MAX_WANT = 256;
/** Rankings held under one key: two full batches. Only a question that was taken for lost can bring more. */
const MAX_RANKINGS = 2 * MAX_WANT;
/** A ranking that newer answers of the same version confirm serves for this many times `max_age_ms`. */
const MAX_AGES = 3;
/** After a failed question no request waits for this long. Meanwhile one request per `TRY_MS` asks in the background. */
const PAUSE_MS = 1_000;
const TRY_MS = 250;

/** One answer in use. */
interface Kept {
  /** Its rankings: first those left of earlier answers, then its own. */
  answer: Answer;
  max_age_ms: number;
  kept_at: number;
  /** When the oldest of its rankings arrived. */
  oldest_at: number;
  /** Rankings handed out so far. */
  taken: number;
  /** Requests that waited for it and for which it has no ranking. */
  short: number;
}

/** A ranking out of a kept answer, and whether it is time to ask for more. */
export interface Taken {
  ranking: Ranking;
  answer: Answer;
  refill: boolean;
}

/** The state of questions about a balancer under one combination of its rules. */
export class Scope {
  /** The facts that the last answer varied on, which the next question must carry. */
  vary: readonly FactName[] = [];
  /** The classes that tell requests apart, with the maps they refer to. Undefined: the values of `vary` tell them apart. */
  classes: readonly RequestClass[] | undefined;
  maps: readonly KeyMap[] = [];
  #paused_until = 0;
  #tried_at = 0;

  learn({ vary, classes, maps = [] }: Answer): void {
    this.vary = vary;
    this.classes = classes;
    this.maps = maps;
  }

  /** A question has failed. */
  pause(now: number): void {
    this.#paused_until = now + PAUSE_MS;
    this.#tried_at = now;
  }

  resume(): void {
    this.#paused_until = 0;
  }

  isPaused(now: number): boolean {
    return pending(this.#paused_until, now, PAUSE_MS);
  }

  /** Whether this request may ask in the background during a pause. One request per {@link TRY_MS} may. */
  mayTry(now: number): boolean {
    if (elapsed(this.#tried_at, now) < TRY_MS) return false;
    this.#tried_at = now;
    return true;
  }
}

/**
 * The answers that one balancer may still use, and the questions under way for more.
 *
 * Time is handed in. What one isolate keeps, another does not see.
 */
export class Answers {
  readonly flights = new Flights();
  /** Draws the first origin while there is no selector. */
  readonly fallbacks: EvenDraw;
  /** Counts how often everything was forgotten. An answer to a question of an earlier epoch is not kept. */
  epoch = 0;
  /** Size of the maps in all kept answers. */
  map_bytes = 0;
  readonly #kept = new Lru<number, Kept>(MAX_KEPT, ({ answer }) => {
    this.map_bytes -= bytesOf(answer);
  });
  readonly #scopes = new Lru<string, Scope>(MAX_SCOPES);
  #plain = new Scope();
  /** How many rankings to ask for where nothing is kept of a key, and few keys are kept. */
  #usual_want = MIN_WANT;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number = Math.random) {
    this.fallbacks = new EvenDraw(random);
  }

  /** @param rules names joined by newlines; empty: none */
  scope(rules: string): Scope {
    if (rules === '') return this.#plain;
    let scope = this.#scopes.get(rules);
    if (scope === undefined) {
      scope = new Scope();
      this.#scopes.set(rules, scope);
    }
    return scope;
  }

  /** Takes a ranking that is still good. */
  take(key: number, now: number): Taken | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || !isFresh(kept, now)) return undefined;
    const { answer, max_age_ms } = kept;
    const count = answer.rankings.length;
    if (answer.use === 'once' && kept.taken >= count) return undefined;
    const ranking = answer.rankings[kept.taken % count];
    if (ranking === undefined) return undefined;
    kept.taken++;
    const ages = now >= kept.kept_at + max_age_ms * 0.75;
    return { ranking, answer, refill: ages || isLow(kept) };
  }

  /** Takes a ranking although it is used up or too old, because that is better than none while the selector is gone. */
  takeStale(key: number, now: number): Taken | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const lives_ms = kept.max_age_ms + STALE_MS;
    if (!pending(kept.kept_at + lives_ms, now, lives_ms)) return undefined;
    const ranking = kept.answer.rankings[kept.taken++ % kept.answer.rankings.length];
    return ranking === undefined ? undefined : { ranking, answer: kept.answer, refill: false };
  }

  /**
   * Keeps an answer under its key. Unused rankings of the same version stay in front of it, because a skipped turn would
   * tilt a round robin.
   * @param waiting how many requests wait for it
   */
  keep(key: number, fresh: Answer, now: number, max_age_ms = fresh.max_age_ms, waiting = 0): void {
    const before = this.#kept.get(key);
    const left = before !== undefined && isSame(before.answer, fresh) ? leftOf(before, now) : [];
    const rankings = left.length === 0 ? fresh.rankings : [...left, ...fresh.rankings].slice(0, MAX_RANKINGS);
    const short = fresh.use === 'once' ? Math.max(0, waiting - rankings.length) : 0;
    const oldest_at = left.length === 0 ? now : (before?.oldest_at ?? now);
    const answer = left.length === 0 ? fresh : { ...fresh, rankings };
    this.map_bytes += bytesOf(answer);
    this.#kept.set(key, { answer, max_age_ms, kept_at: now, oldest_at, taken: 0, short });
  }

  /**
   * How many rankings to ask for next: as many as the last second used, less those left, and enough for all that wait.
   * @param waiting how many requests wait for this question
   */
  want(key: number, now: number, waiting = 0): number {
    const kept = this.#kept.get(key);
    if (kept === undefined) {
      const usual = this.#kept.size < FEW_KEYS ? this.#usual_want : MIN_WANT;
      return Math.min(MAX_WANT, Math.max(usual, waiting));
    }
    const needed = usedPerSecond(kept, now) - leftOf(kept, now).length;
    return Math.min(MAX_WANT, Math.max(1, needed, kept.short, waiting));
  }

  /** Forgets all rankings: the health document has changed. */
  clear(now: number): void {
    // So that a busy isolate does not begin again with a small batch.
    if (this.#kept.size === 1)
      for (const only of this.#kept.values()) this.#usual_want = usedPerSecond(only, now);
    this.#kept.clear();
    this.flights.clear();
    this.epoch++;
  }

  /** Forgets the scopes as well: the configuration has changed. */
  reset(now: number): void {
    this.clear(now);
    this.#plain = new Scope();
    this.#scopes.clear();
  }
}

function isFresh({ kept_at, max_age_ms }: Kept, now: number): boolean {
  return pending(kept_at + max_age_ms, now, max_age_ms);
}

function isLow({ answer, taken }: Kept): boolean {
  const count = answer.rankings.length;
  return answer.use === 'once' && count - taken <= count >> 2;
}

/** The unused rankings; none if they are too old even though newer answers confirm them. */
function leftOf({ answer, taken, oldest_at, max_age_ms }: Kept, now: number): Ranking[] {
  const lives_ms = MAX_AGES * max_age_ms;
  if (answer.use !== 'once' || !pending(oldest_at + lives_ms, now, lives_ms)) return [];
  return answer.rankings.slice(taken);
}

/** Whether both come from the same versions of everything, so their rankings may be used one after the other. */
function isSame(one: Answer, other: Answer): boolean {
  return (
    one.use === other.use &&
    one.strategy === other.strategy &&
    one.version === other.version &&
    one.config_version === other.config_version &&
    one.health_version === other.health_version
  );
}

function bytesOf({ maps = [] }: Answer): number {
  return maps.reduce((sum, map) => sum + sizeOf(map), 0);
}

function usedPerSecond({ taken, kept_at }: Kept, now: number): number {
  const used = Math.ceil((taken / Math.max(now - kept_at, RATE_MS)) * WANT_MS);
  return Math.min(MAX_WANT, Math.max(MIN_WANT, used));
}
