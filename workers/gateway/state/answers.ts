import { EvenDraw } from '../../../shared/balancing/even_draw.ts';
import type { Answer, Ranking } from '../../../shared/contracts/selection.ts';
import { getOrMake } from '../../../shared/maps.ts';
import { Flights } from './flights.ts';
import {
  bytesOf,
  isFresh,
  isSameVersion,
  type KeptAnswer,
  leftOf,
  MAX_WANT,
  MIN_WANT,
  needsMore,
  STALE_MS,
  usedPerSecond,
} from './kept_answer.ts';
import { Lru } from './lru.ts';
import { Scope } from './scope.ts';

/**
 * Answers kept for one balancer, one for each key. A key combines the rules that applied with the facts that the answer varies on.
 * Most balancers need a few. If each client has its own key (a strategy script that reads the address), this many clients are served
 * without a question. An answer with one ranking of three origins takes 1.2 KB, and one with {@link MIN_WANT} rankings takes 2.2 KB
 * (measured). So a balancer takes 5 to 9 MB of the isolate's 128, and more only if many keys are busy.
 */
export const MAX_KEPT = 4_096;
/**
 * Combinations of rules for which one balancer keeps a scope. Clients choose which rules match, so the number is bounded. The scope
 * that was least recently used is dropped, and made again when it is needed.
 */
export const MAX_SCOPES = 64;
/**
 * Up to this many keys may each start with as many rankings as a single key used before them. 256 rankings for each of 16 keys take
 * 1 MB. 256 for each of {@link MAX_KEPT} keys would take more than the isolate has.
 */
const FEW_KEYS = 16;
/** Rankings held under one key: two full batches. Only the answer to a question that counted as lost can bring more. */
const MAX_RANKINGS = 2 * MAX_WANT;

/** A ranking taken from a kept answer. */
export interface Taken {
  ranking: Ranking;
  answer: Answer;
  /** Whether it is time to ask for more. */
  refill: boolean;
}

/**
 * The answers that one balancer may still use, and the questions under way for more. Each isolate has its own. Times are
 * milliseconds since the epoch.
 */
export class Answers {
  readonly flights = new Flights();
  /** Draws the first origin while there is no selector. */
  readonly first_origins: EvenDraw;
  /** How often everything was forgotten. An answer to a question of an earlier epoch is not kept. */
  epoch = 0;
  /** Size of the maps in all kept answers. */
  map_bytes = 0;
  #kept = new Lru<number, KeptAnswer>(MAX_KEPT, ({ answer }) => {
    this.map_bytes -= bytesOf(answer);
  });
  /** By the names of rules. Other scopes cannot displace the plain one, because it is not among them. */
  #scopes = new Lru<string, Scope>(MAX_SCOPES);
  #plain = new Scope();
  /** How many rankings to ask for if nothing is kept for a key and few keys are kept. */
  #usual_want = MIN_WANT;

  /**
   * @param random uniform in [0, 1)
   * @param first_origins default: a new one
   */
  constructor(random: () => number = Math.random, first_origins = new EvenDraw(random)) {
    this.first_origins = first_origins;
  }

  /** Others with the same answers, for an explanation, which must take no ranking from traffic. */
  copy(random: () => number): Answers {
    const copy = new Answers(random, this.first_origins.copy(random));
    copy.#kept = this.#kept.copy((kept) => ({ ...kept }));
    copy.#scopes = this.#scopes.copy((scope) => scope.copy());
    copy.#plain = this.#plain.copy();
    copy.#usual_want = this.#usual_want;
    copy.map_bytes = this.map_bytes;
    return copy;
  }

  /** @param rules names joined by newlines; empty: none */
  scope(rules: string): Scope {
    return rules === '' ? this.#plain : getOrMake(this.#scopes, rules, newScope);
  }

  /** Takes a ranking that is still good. */
  take(key: number, now: number): Taken | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || !isFresh(kept, now)) return undefined;
    const { use, rankings } = kept.answer;
    return use === 'once' && kept.taken >= rankings.length ? undefined : takeFrom(kept, now);
  }

  /** Takes a ranking even if it is used up or too old. While the selector is gone, that is better than none. */
  takeStale(key: number, now: number): Taken | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && isFresh(kept, now, STALE_MS) ? takeFrom(kept, now) : undefined;
  }

  /**
   * Keeps an answer under its key. Unused rankings of the same version stay in front of it, because skipped turns would make a round
   * robin uneven.
   * @param waiting how many requests wait for it
   */
  keep(key: number, fresh: Answer, now: number, max_age_ms = fresh.max_age_ms, waiting = 0): void {
    const before = this.#kept.get(key);
    const left = before !== undefined && isSameVersion(before.answer, fresh) ? leftOf(before, now) : [];
    const rankings = [...left, ...fresh.rankings].slice(0, MAX_RANKINGS);
    const short = fresh.use === 'once' ? Math.max(0, waiting - rankings.length) : 0;
    const oldest_at = before !== undefined && left.length > 0 ? before.oldest_at : now;
    const answer = { ...fresh, rankings };
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
    // A busy isolate must not start again with a small batch.
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

function newScope(): Scope {
  return new Scope();
}

function takeFrom(kept: KeptAnswer, now: number): Taken | undefined {
  const { answer } = kept;
  const ranking = answer.rankings[kept.taken % answer.rankings.length];
  if (ranking === undefined) return undefined;
  kept.taken++;
  return { ranking, answer, refill: needsMore(kept, now) };
}
