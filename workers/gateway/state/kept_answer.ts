import type { Answer, Ranking } from '../../../shared/contracts/selection.ts';
import { sizeOf } from '../../../shared/hashing/key_map.ts';
import { pending } from '../../../shared/time/clock.ts';

/** How long an answer is used beyond its age while the selector is gone. */
export const STALE_MS = 30_000;
/** The most rankings that one question asks for. A selector gives no more. */
export const MAX_WANT = 256;
/** How many rankings to ask for if nothing is known about the traffic. */
export const MIN_WANT = 8;
/** Rankings asked for cover about this much traffic, so that a busy isolate asks about once a second. */
const WANT_MS = 1_000;
/** A rate is measured over at least this long, because a burst of one millisecond says little about the next second. */
const RATE_MS = 250;
/** A ranking that newer answers of the same version confirm serves for this many times `max_age_ms`. */
const MAX_AGES = 3;

/** An answer in use. */
export interface KeptAnswer {
  /** Its rankings begin with those left of earlier answers. */
  answer: Answer;
  max_age_ms: number;
  kept_at: number;
  /** When the oldest of its rankings arrived. */
  oldest_at: number;
  /** Rankings handed out so far. */
  taken: number;
  /** Requests that waited for it and got no ranking. */
  short: number;
}

/** Whether an answer is not older than `max_age_ms` and `more_ms` together. */
export function isFresh({ kept_at, max_age_ms }: KeptAnswer, now: number, more_ms = 0): boolean {
  const lives_ms = max_age_ms + more_ms;
  return pending(kept_at + lives_ms, now, lives_ms);
}

/** Whether it is time to ask for more: three quarters of its age are over, or of its rankings used. */
export function needsMore({ answer, taken, kept_at, max_age_ms }: KeptAnswer, now: number): boolean {
  const count = answer.rankings.length;
  return now >= kept_at + max_age_ms * 0.75 || (answer.use === 'once' && count - taken <= count >> 2);
}

/** The unused rankings. There are none once they are too old, even if newer answers confirm them. */
export function leftOf({ answer, taken, oldest_at, max_age_ms }: KeptAnswer, now: number): Ranking[] {
  const lives_ms = MAX_AGES * max_age_ms;
  if (answer.use !== 'once' || !pending(oldest_at + lives_ms, now, lives_ms)) return [];
  return answer.rankings.slice(taken);
}

const VERSIONS = ['use', 'strategy', 'version', 'config_version', 'health_version'] as const;

/** Whether both were made by the same versions of selector, strategy and documents, so that their rankings can follow one another. */
export function isSameVersion(one: Answer, other: Answer): boolean {
  return VERSIONS.every((name) => one[name] === other[name]);
}

/** Bytes that the maps of an answer take in memory, about. */
export function bytesOf({ maps = [] }: Answer): number {
  return maps.reduce((sum, map) => sum + sizeOf(map), 0);
}

/** How many rankings of an answer a second uses, within the limits of a question. */
export function usedPerSecond({ taken, kept_at }: KeptAnswer, now: number): number {
  const used = Math.ceil((taken / Math.max(now - kept_at, RATE_MS)) * WANT_MS);
  return Math.min(MAX_WANT, Math.max(MIN_WANT, used));
}
