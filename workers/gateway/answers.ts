import { pending } from '../../shared/clock.ts';
import type { FactName } from '../../shared/contracts/facts.ts';
import type { Answer, Ranking } from '../../shared/contracts/selection.ts';

/** Answers kept per balancer: one for every combination of the facts that they vary on. */
const MAX_KEPT = 256;
/** How long an answer outlives its age while the selector is gone. */
export const STALE_MS = 30_000;
/** Rankings asked for cover about this much traffic, so that a busy isolate asks about once a second. */
const WANT_MS = 1_000;
/** How long a refill is taken to be under way. */
const REFILL_MS = 250;
const MIN_WANT = 8;
const MAX_WANT = 256;

/** One answer in use. */
interface Kept {
  answer: Answer;
  kept_at: number;
  fresh_until: number;
  /** Rankings handed out so far. */
  taken: number;
  refill_at: number;
}

/** A ranking out of a kept answer, and whether it is time to ask for more. */
export interface Taken {
  ranking: Ranking;
  answer: Answer;
  refill: boolean;
}

/**
 * The answers that one balancer may still use: a small LRU, keyed by the facts they vary on.
 *
 * Time is handed in. What one isolate keeps, another does not see.
 */
export class Answers {
  readonly #kept = new Map<string, Kept>();
  /** What the last answer varied on: it says which facts the next question must carry. */
  vary: readonly FactName[] = [];

  /** Takes a ranking that is still good. */
  take(key: string, now: number): Taken | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || !isFresh(kept, now)) return undefined;
    const { answer } = kept;
    const count = answer.rankings.length;
    if (answer.use === 'once' && kept.taken >= count) return undefined;
    const ranking = answer.rankings[kept.taken % count];
    if (ranking === undefined) return undefined;
    kept.taken++;
    const aging = now >= kept.fresh_until - answer.max_age_ms / 4;
    const refill = (isLow(kept) || aging) && !pending(kept.refill_at, now, REFILL_MS);
    // A refill that gets lost must not be the last one; one that is under way must not be doubled.
    if (refill) kept.refill_at = now + REFILL_MS;
    return { ranking, answer, refill };
  }

  /** Takes a ranking though it is used up or too old: better than none while the selector is gone. */
  takeStale(key: string, now: number): Taken | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || now >= kept.fresh_until + STALE_MS) return undefined;
    const ranking = kept.answer.rankings[kept.taken++ % kept.answer.rankings.length];
    return ranking === undefined ? undefined : { ranking, answer: kept.answer, refill: false };
  }

  /**
   * Keeps an answer under its key, dropping the least recently kept when there are too many. Rankings that are
   * left of the one before go first: a turn that is skipped would tilt a round robin.
   */
  keep(key: string, fresh: Answer, now: number, max_age_ms = fresh.max_age_ms): void {
    this.vary = fresh.vary;
    const before = this.#kept.get(key);
    const answer =
      before === undefined
        ? fresh
        : { ...fresh, rankings: [...unused(before, fresh, now), ...fresh.rankings] };
    this.#kept.delete(key);
    if (this.#kept.size >= MAX_KEPT) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    this.#kept.set(key, { answer, kept_at: now, fresh_until: now + max_age_ms, taken: 0, refill_at: 0 });
  }

  /** How many rankings to ask for next, from how fast the last ones went. */
  want(key: string, now: number): number {
    const kept = this.#kept.get(key);
    if (kept === undefined) return MIN_WANT;
    const per_ms = kept.taken / Math.max(now - kept.kept_at, 1);
    return Math.min(MAX_WANT, Math.max(MIN_WANT, Math.ceil(per_ms * WANT_MS)));
  }

  /** Forgets all: the configuration or the health document has changed. */
  clear(): void {
    this.#kept.clear();
  }
}

/** The last quarter of a batch, at most: more would pile up in an isolate that uses few. */
function unused(before: Kept, fresh: Answer, now: number): Ranking[] {
  const same =
    before.answer.strategy === fresh.strategy && before.answer.config_version === fresh.config_version;
  if (!same || fresh.use !== 'once' || !isFresh(before, now)) return [];
  const { rankings } = before.answer;
  return isLow(before) ? rankings.slice(before.taken) : [];
}

function isFresh({ answer, fresh_until }: Kept, now: number): boolean {
  return pending(fresh_until, now, answer.max_age_ms);
}

function isLow({ answer, taken }: Kept): boolean {
  const count = answer.rankings.length;
  return answer.use === 'once' && count - taken <= count >> 2;
}
