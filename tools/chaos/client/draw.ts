import type { Random } from '../../project/random.ts';
import { KINDS, type KindName, kindOf } from '../kinds.ts';
import type { Asked, Leaving } from './protocol.ts';

/** Share of requests that their clients abandon, unless the answer comes sooner. */
const LEAVE = 0.05;
/** Time after which clients leave: from at once to longer than an attempt may take. Every order of magnitude is equally likely. */
const LEAVE_AFTER_MS = [1, 4_000] as const;
/** Number of keys. It is large enough to reach every origin, and small enough for each key to come often. */
const KEYS = 24;
/** Number of callers of `/api`. Each stays far below the limit. */
const CALLERS = 8;
/** Share of the requests for pages that have a lane. */
const BETA = 0.5;

/** A hundred kinds, each as often as its share. */
const HUNDRED = (Object.keys(KINDS) as KindName[]).flatMap((kind) =>
  Array.from({ length: KINDS[kind].share }, () => kind),
);

/** Draws a request. @param id first part of its id; the rest is random */
export function drawRequest(random: Random, id: string): Asked {
  const kind = HUNDRED[Math.floor(random() * HUNDRED.length)] ?? 'short';
  const number = random();
  const lane = kind === 'page' && random() < BETA ? 'beta' : '';
  return {
    id: `${id}-${Math.floor(number * 1e9).toString(36)}`,
    kind,
    lane,
    key: keyOf(kind, random()),
    leaving: random() < LEAVE ? leaving(kind, random) : undefined,
  };
}

/** A request of the caller that exceeds its limit. */
export function greedyRequest(random: Random, id: string): Asked {
  const tail = Math.floor(random() * 1e9).toString(36);
  const kind = random() < 0.8 ? 'call' : 'comment';
  return { id: `${id}-${tail}`, kind, lane: '', key: 'greedy', leaving: undefined };
}

function keyOf(kind: KindName, share: number): string {
  const { kept_by, guarded } = kindOf(kind);
  if (guarded) return `caller-${Math.floor(share * CALLERS)}`;
  return kept_by === 'key' ? `key-${Math.floor(share * KEYS)}` : '';
}

function leaving(kind: KindName, random: Random): Leaving {
  const { request_bytes, streamed } = kindOf(kind);
  const [from, to] = LEAVE_AFTER_MS;
  const after_ms = Math.round(from * (to / from) ** random());
  const where = random();
  if (request_bytes > 0 && where < 0.5) return { in: 'upload', after_ms };
  // A streamed answer takes about a second, so its client leaves within half of that.
  if (streamed && where < 0.5) return { in: 'download', after_ms: Math.min(after_ms, 500) };
  return { in: 'waiting', after_ms };
}
