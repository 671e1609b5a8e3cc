import { pending } from '../../../shared/time/clock.ts';
import type { Shelf } from '../stored_map.ts';
import { backoff, MAX_BACKOFF_MS } from './backoff.ts';

/** A message on its way to one webhook. */
export interface Delivery {
  /** `webhook-id`: the same on every try. */
  id: string;
  /** Name of the webhook. */
  to: string;
  body: string;
  created_at: number;
  failures: number;
  next_at: number;
}

/** About three hours of trying (backoff.ts). */
export const MAX_TRIES = 20;

/** An older message is not tried again. */
export const MAX_AGE_MS = 6 * 3_600_000;

/** For one webhook; above it the oldest are dropped. */
export const MAX_WAITING = 100;

/** Digits of a key: keys sort by age. */
const DIGITS = 12;

/**
 * Messages that wait for their delivery. They outlive a restart. Each webhook gets its messages in order: the next is sent when
 * the one before is taken or given up, so no webhook hears of a recovery before the failure.
 */
export class Outbox {
  readonly #deliveries: Shelf<string, Delivery>;
  readonly #random: () => number;

  constructor(deliveries: Shelf<string, Delivery>, random: () => number) {
    this.#deliveries = deliveries;
    this.#random = random;
  }

  add(id: string, to: string, body: string, now: number): void {
    const waiting = [...this.#deliveries.entries].filter(([, delivery]) => delivery.to === to);
    for (const [key, { id: dropped }] of waiting.slice(0, Math.max(waiting.length - MAX_WAITING + 1, 0))) {
      console.error(`health: too many messages wait for ${to}: ${dropped} is dropped`);
      this.#deliveries.delete(key);
    }
    const last = [...this.#deliveries.entries.keys()].at(-1) ?? '0';
    const key = String(Number(last) + 1).padStart(DIGITS, '0');
    this.#deliveries.put(key, { id, to, body, created_at: now, failures: 0, next_at: now });
  }

  /** The first message that is due, with its key. */
  due(now: number): [string, Delivery] | undefined {
    const [head] = this.heads();
    return head !== undefined && dueAt(head[1], now) <= now ? head : undefined;
  }

  /** When a message is due; Infinity: none waits. */
  nextAt(now: number): number {
    const [head] = this.heads();
    return head === undefined ? Number.POSITIVE_INFINITY : dueAt(head[1], now);
  }

  /** The first of each webhook, with its key; the one that has waited longest first. */
  heads(): [string, Delivery][] {
    const first = new Map<string, [string, Delivery]>();
    for (const entry of this.#deliveries.entries) if (!first.has(entry[1].to)) first.set(entry[1].to, entry);
    return [...first.values()].sort(([, a], [, b]) => a.next_at - b.next_at);
  }

  /** Removes a message that was taken, or that no webhook wants any more. */
  done(key: string): void {
    this.#deliveries.delete(key);
  }

  /** Notes that a message was not taken. @returns whether it will be tried again */
  failed(key: string, now: number): boolean {
    const delivery = this.#deliveries.get(key);
    if (delivery === undefined) return false;
    const failures = delivery.failures + 1;
    const again = failures < MAX_TRIES && now - delivery.created_at < MAX_AGE_MS;
    if (again)
      this.#deliveries.put(key, { ...delivery, failures, next_at: now + backoff(failures, this.#random) });
    else this.#deliveries.delete(key);
    return again;
  }
}

/** When a message is to be sent: now, where the clock was set back since that was settled. */
function dueAt({ next_at }: Delivery, now: number): number {
  return next_at <= now || pending(next_at, now, MAX_BACKOFF_MS) ? next_at : now;
}
