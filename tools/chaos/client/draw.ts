import type { Random } from '../../project/random.ts';
import { KINDS, type KindName, kindOf } from '../kinds.ts';
import type { Asked, Leaving } from './protocol.ts';

/** Of all requests, so many are left by their clients, unless they are answered sooner. */
const LEAVE = 0.05;
/** From at once to longer than an attempt may take: between these, every order of magnitude is as likely. */
const LEAVE_AFTER_MS = [1, 4_000] as const;
/** Keys by which requests are kept together: enough to reach every origin, and each often enough to be compared. */
const KEYS = 24;
/** Callers of `/api`: far below the limit. */
const CALLERS = 8;
/** Of the pages, so many have a lane. */
const BETA = 0.5;

/** Every kind, as often as its share of a hundred. */
const HUNDRED = (Object.keys(KINDS) as KindName[]).flatMap((kind) =>
  Array.from({ length: KINDS[kind].share }, () => kind),
);

/** Draws a request. @param id begins its id, which ends with chance */
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

/** A request of a caller that asks for more than it may. */
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
  // An answer that comes in pieces takes a second; the wait for it to begin is what the others have.
  if (streamed && where < 0.5) return { in: 'download', after_ms: Math.min(after_ms, 500) };
  return { in: 'waiting', after_ms };
}
