import { bindingName } from '../../../shared/http/address.ts';
import type { Config, Notification } from '../../../shared/model/config.ts';
import type { Env } from '../env.ts';
import type { Judged } from '../status.ts';
import { Shelf } from '../stored_map.ts';
import { passes } from './filter.ts';
import { type Incident, incidentAfter } from './incident.ts';
import { messageOf } from './message.ts';
import { type Delivery, Outbox } from './outbox.ts';
import { post } from './post.ts';
import { keyOf, type Subject, subjectsOf } from './subjects.ts';

/** Posted in one go, so that they stay few beside the checks that one alarm starts. */
const MAX_POSTS = 5;

/** Tells webhooks when a pool or an origin becomes unwell, and when it is well again. Nothing waits for it. */
export class Notifier {
  readonly #env: Env;
  readonly #incidents: Shelf<string, Incident & { subject: Subject }>;
  readonly #outbox: Outbox;
  readonly #fetch: (request: Request) => Promise<Response>;
  #config: Config | undefined;
  #posting = false;

  constructor(kv: SyncKvStorage, env: Env, fetch: (request: Request) => Promise<Response>) {
    this.#env = env;
    this.#incidents = new Shelf(kv, 'incident:');
    this.#outbox = new Outbox(new Shelf(kv, 'delivery:'), Math.random);
    this.#fetch = fetch;
  }

  /**
   * Compares states with what was told, and stores a message for each change. Message and incident are stored without an await
   * between them, so neither exists without the other.
   */
  observe(judged: readonly Judged[], config: Config, now: number): void {
    this.#config = config;
    if (config.notifications === undefined) {
      this.#incidents.replace(new Map());
      return;
    }
    const subjects = new Map(subjectsOf(judged, config).map((subject) => [keyOf(subject), subject] as const));
    for (const [key, subject] of subjects) this.#follow(key, subject, now);
    // The incident of a subject that nobody watches any more would stay open for good.
    for (const [key, { subject }] of this.#incidents.entries)
      if (!subjects.has(key))
        this.#follow(key, { ...subject, news: { state: 'unwatched', well: true } }, now);
  }

  /** When a message is due; Infinity: none is, or one is being posted. */
  nextAt(now: number): number {
    return this.#posting ? Number.POSITIVE_INFINITY : this.#outbox.nextAt(now);
  }

  /** Posts what is due, one after the other. Never rejects. */
  async post(): Promise<void> {
    if (this.nextAt(Date.now()) > Date.now()) return;
    this.#posting = true;
    try {
      for (let posts = 0; posts < MAX_POSTS; posts++) {
        const due = this.#outbox.due(Date.now());
        if (due === undefined) return;
        await this.#postOne(...due);
      }
    } finally {
      this.#posting = false;
    }
  }

  #follow(key: string, subject: Subject, now: number): void {
    const open = this.#incidents.get(key);
    const { incident, change } = incidentAfter(open, subject.news, () => `inc_${crypto.randomUUID()}`, now);
    if (incident === undefined) this.#incidents.delete(key);
    else if (incident !== open) this.#incidents.put(key, { ...incident, subject });
    const told = incident ?? open;
    if (change === undefined || told === undefined || subject.news === undefined) return;
    const body = JSON.stringify(messageOf(subject, subject.news.state, { ...told, change }, now));
    const filter = this.#config?.pools[subject.pool]?.notification_filter;
    if (!passes(subject.kind === 'pool' ? filter?.pool : filter?.origin, change)) return;
    for (const { name, pools } of this.#config?.notifications ?? [])
      if (pools === undefined || pools.includes(subject.pool))
        this.#outbox.add(`msg_${crypto.randomUUID()}`, name, body, now);
  }

  async #postOne(key: string, { id, to, body }: Delivery): Promise<void> {
    const webhook = this.#config?.notifications?.find(({ name }) => name === to);
    if (webhook === undefined) return this.#outbox.done(key);
    try {
      await post(
        { id, url: webhook.url, body, secret: this.#secretOf(webhook) },
        { fetch: this.#fetch, now: Date.now },
      );
      this.#outbox.done(key);
    } catch (error) {
      const again = this.#outbox.failed(key, Date.now());
      console.error(
        `health: ${to} did not take ${id}, ${again ? 'will try again' : 'given up'}: ${String(error)}`,
      );
    }
  }

  #secretOf({ name }: Notification): string | undefined {
    const own = bindingName('WEBHOOK_SECRET', name) as `WEBHOOK_SECRET_${string}`;
    return this.#env[own] ?? this.#env.WEBHOOK_SECRET;
  }
}
