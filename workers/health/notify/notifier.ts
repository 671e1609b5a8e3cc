import type { Message } from '../../../shared/contracts/notification.ts';
import { bindingName } from '../../../shared/http/address.ts';
import type { Config, Filter, Notification } from '../../../shared/model/config.ts';
import { postingFor } from '../../../shared/notify/templates.ts';
import type { Env, Io } from '../env.ts';
import type { Judged } from '../judge/status.ts';
import { StoredMap } from '../stored_map.ts';
import { type Change, type Incident, incidentAfter } from './incident.ts';
import { messageOf } from './message.ts';
import { type Delivery, Outbox } from './outbox.ts';
import { post } from './post.ts';
import { keyOf, type Subject, subjectsOf } from './subjects.ts';

/** Most messages per alarm. They share the alarm's limits with its checks (probe_loop.ts). */
const MAX_POSTS = 5;

/** Tells webhooks when a pool, an origin or a monitor fails and when it is well again. No check waits for it. */
export class Notifier {
  readonly #env: Env;
  readonly #incidents: StoredMap<string, Incident & { subject: Subject }>;
  readonly #outbox: Outbox;
  readonly #io: Io;
  #config: Config | undefined;
  #posting = false;

  constructor(kv: SyncKvStorage, env: Env, io: Io) {
    this.#env = env;
    this.#io = io;
    this.#incidents = new StoredMap(kv, 'incident:');
    this.#outbox = new Outbox(new StoredMap(kv, 'delivery:'), io.random);
  }

  /**
   * Compares states with the open incidents, and stores a message for each change. Incident and message are stored without an
   * await in between, so one never exists without the other.
   */
  observe(judged: readonly Judged[], config: Config, now: number): void {
    this.#config = config;
    if (config.notifications === undefined) {
      this.#incidents.replace(new Map());
      return;
    }
    const subjects = new Map(subjectsOf(judged, config).map((subject) => [keyOf(subject), subject] as const));
    for (const [key, subject] of subjects) this.#follow(key, subject, now);
    // A subject that is no longer checked would keep its incident open forever.
    for (const [key, { subject }] of this.#incidents.entries)
      if (!subjects.has(key))
        this.#follow(key, { ...subject, news: { state: 'unwatched', well: true } }, now);
  }

  /** When the next message is due. Infinity: none waits, or posting is under way. */
  nextAt(now: number): number {
    return this.#posting ? Number.POSITIVE_INFINITY : this.#outbox.nextAt(now);
  }

  /** Posts the messages that are due, one after the other. Never rejects. */
  async post(): Promise<void> {
    if (this.#posting) return;
    this.#posting = true;
    try {
      for (let posts = 0; posts < MAX_POSTS; posts++) {
        const due = this.#outbox.due(this.#io.now());
        if (due === undefined) return;
        await this.#postOne(...due);
      }
    } finally {
      this.#posting = false;
    }
  }

  #follow(key: string, subject: Subject, now: number): void {
    const open = this.#incidents.get(key);
    const { incident, change } = incidentAfter(open, subject.news, () => `inc_${this.#io.uuid()}`, now);
    if (incident === undefined) this.#incidents.delete(key);
    else if (incident !== open) this.#incidents.put(key, { ...incident, subject });
    const told = incident ?? open;
    if (change === undefined || told === undefined || subject.news === undefined) return;
    const body = JSON.stringify(messageOf(subject, subject.news.state, { ...told, change }, now));
    const filter = this.#config?.pools[subject.pool]?.notification_filter;
    if (!passes(subject.kind === 'pool' ? filter?.pool : filter?.origin, change)) return;
    for (const { name, pools } of this.#config?.notifications ?? [])
      if (pools === undefined || pools.includes(subject.pool))
        this.#outbox.add(`msg_${this.#io.uuid()}`, name, body, now);
  }

  async #postOne(key: string, { id, to, body }: Delivery): Promise<void> {
    const webhook = this.#config?.notifications?.find(({ name }) => name === to);
    if (webhook === undefined) return this.#outbox.done(key);
    try {
      const message = JSON.parse(body) as Message;
      const told = { webhook, message, json: body, id, secret: this.#secretOf(webhook), now: this.#io.now() };
      await post(await postingFor(told), this.#io);
      this.#outbox.done(key);
    } catch (error) {
      const again = this.#outbox.failed(key, this.#io.now());
      console.error(
        `health: webhook ${to} did not accept ${id}, ${again ? 'will try again' : 'gave up'}: ${String(error)}`,
      );
    }
  }

  #secretOf({ name }: Notification): string | undefined {
    const own = bindingName('WEBHOOK_SECRET', name) as `WEBHOOK_SECRET_${string}`;
    return this.#env[own] ?? this.#env.WEBHOOK_SECRET;
  }
}

/** Whether a filter of Cloudflare's lets a change through. Only `closed` counts as a healthy event. */
export function passes(filter: Filter | undefined, change: Change): boolean {
  if (filter === undefined) return true;
  if (filter.disable) return false;
  return filter.healthy === undefined || filter.healthy === (change === 'closed');
}
