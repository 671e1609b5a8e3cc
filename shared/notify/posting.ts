import type { Message } from '../contracts/notification.ts';
import { bindingName } from '../http/address.ts';
import type { Notification } from '../model/config.ts';

/** A request to a webhook. */
export interface Posting {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What a template makes a request of. */
export interface Told {
  webhook: Notification;
  message: Message;
  /** The message as stored, which is what `standard` sends. */
  json: string;
  /** The same for every attempt, so that the receiver can recognise a repetition. */
  id: string;
  /** Undefined: none is set. */
  secret: string | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

/** @throws Error if the template needs a secret, and there is none or a malformed one */
export type Template = (told: Told) => Promise<Posting> | Posting;

/** `eu/eu-1 is down (tcp_timeout), since 2026-11-01 10:00:00 UTC`. */
export function headline({ data, timestamp }: Message): string {
  const { origin, monitor, pool, state, reason, change, opened_at } = data;
  const what = origin ?? (monitor === undefined ? `pool ${pool}` : `monitor ${monitor} of ${pool}`);
  const why = reason === undefined ? '' : ` (${reason})`;
  const since = clock(opened_at);
  return change === 'closed'
    ? `${what} is ${state} again, at ${clock(timestamp)} UTC; it began at ${since}`
    : `${what} is ${state}${why}, since ${since} UTC`;
}

/** Whether nothing can serve, and not only something worse than usual. */
export function isOutage({ data: { state } }: Message): boolean {
  return state === 'down' || state === 'critical';
}

/** @throws Error that says which secret to set */
export function requireSecret({ secret, webhook: { name } }: Told, what: string): string {
  if (secret) return secret;
  throw new Error(
    `the webhook ${name} needs ${what}: set the secret ${bindingName('WEBHOOK_SECRET', name)} of the health Worker to it`,
  );
}

function clock(time: string): string {
  return time.slice(0, 19).replace('T', ' ');
}
