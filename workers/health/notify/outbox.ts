import { dueAt } from '../../../shared/time/clock.ts';
import type { StoredMap } from '../stored_map.ts';

/** A message that waits for delivery to one webhook. Stored. */
export interface Delivery {
  /** `webhook-id`, the same for every attempt. */
  id: string;
  /** Name of the webhook. */
  to: string;
  body: string;
  created_at: number;
  failures: number;
  next_at: number;
}

/** With {@link backoff}, about three hours of attempts. */
export const MAX_TRIES = 20;
/** An older message is given up. */
export const MAX_AGE_MS = 6 * 3_600_000;
/** Most messages that may wait for one webhook. Beyond that, the oldest are dropped. */
export const MAX_WAITING = 100;
/** Keys are padded to this length, so that they sort by age. */
const DIGITS = 12;
/** The first wait. A receiver that restarts is usually back by the first or second retry. */
const BASE_MS = 5_000;
const MAX_BACKOFF_MS = 15 * 60_000;

/**
 * Messages that wait for delivery. They survive restarts. Each webhook receives its messages in order: the next one is sent
 * once the previous one was accepted or given up, so no webhook hears of a recovery before the failure.
 */
export class Outbox {
  readonly #deliveries: StoredMap<string, Delivery>;
  readonly #random: () => number;

  constructor(deliveries: StoredMap<string, Delivery>, random: () => number) {
    this.#deliveries = deliveries;
    this.#random = random;
  }

  add(id: string, to: string, body: string, now: number): void {
    const waiting = [...this.#deliveries.entries].filter(([, delivery]) => delivery.to === to);
    for (const [key, { id: dropped }] of waiting.slice(0, Math.max(waiting.length - MAX_WAITING + 1, 0))) {
      this.#deliveries.delete(key);
      const so = `has more than ${MAX_WAITING} messages waiting, dropped ${dropped}`;
      console.error(`health: webhook ${to} ${so}`);
    }
    const last = [...this.#deliveries.entries.keys()].at(-1) ?? '0';
    const key = String(Number(last) + 1).padStart(DIGITS, '0');
    this.#deliveries.put(key, { id, to, body, created_at: now, failures: 0, next_at: now });
  }

  /** The first message that is due, with its key. Undefined: there is none. */
  due(now: number): [string, Delivery] | undefined {
    const [head] = this.heads();
    return this.nextAt(now) <= now ? head : undefined;
  }

  /** When the next message is due. Infinity: none waits. */
  nextAt(now: number): number {
    const [head] = this.heads();
    return head === undefined ? Number.POSITIVE_INFINITY : dueAt(head[1].next_at, now, MAX_BACKOFF_MS);
  }

  /** The first message of each webhook, with its key, in the order in which they are due. */
  heads(): [string, Delivery][] {
    const first = new Map<string, [string, Delivery]>();
    for (const entry of this.#deliveries.entries) if (!first.has(entry[1].to)) first.set(entry[1].to, entry);
    return [...first.values()].sort(([, a], [, b]) => a.next_at - b.next_at);
  }

  /** Removes a message that was accepted, or whose webhook is gone. */
  done(key: string): void {
    this.#deliveries.delete(key);
  }

  /** Notes a failed attempt. @returns whether the message will be tried again */
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

/**
 * How long to wait after a failed attempt: twice as long as before, up to {@link MAX_BACKOFF_MS}. Half of it is random, so that
 * messages to one receiver do not return all at once.
 * @param failures 1 or more
 * @param random uniform in [0, 1)
 */
export function backoff(failures: number, random: () => number): number {
  const whole = Math.min(BASE_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
  return Math.round(whole / 2 + (random() * whole) / 2);
}
