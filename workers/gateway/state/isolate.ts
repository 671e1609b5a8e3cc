import type { HealthDocument } from '../../../shared/contracts/health.ts';
import type { KeptDocument } from '../../../shared/documents/kept_document.ts';
import type { KeptHealth } from '../../../shared/documents/kept_health.ts';
import { getOrMake } from '../../../shared/get_or_make.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { recordEjection } from '../ejection/record_ejection.ts';
import type { Env } from '../env.ts';
import { Answers } from './answers.ts';
import { type CompiledConfig, sameServer } from './compiled_config.ts';
import { Complaints } from './complaints.ts';
import { GatewayDocuments } from './documents.ts';
import { Guards } from './guards.ts';
import { Inflight } from './load/inflight.ts';
import type { Loads } from './load/loads.ts';
import { PeakEwma } from './load/peak_ewma.ts';
import { ReportedTurns } from './load/reported_turns.ts';
import { Reports } from './load/reports.ts';
import { Pause } from './pause.ts';
import { Sessions } from './sessions.ts';

/** How long a request waits for the selector: half of the 100 ms that a person notices. */
export const SELECTOR_DEADLINE_MS = 50;
/** What maps of keys may take of an isolate's 128 MB, all balancers together: about 250 tables of Maglev's default size. */
const MAX_MAP_BYTES = 16 * 1_024 * 1_024;

/**
 * What one isolate remembers between requests. All of it is this isolate's own and may be gone at any time:
 * nothing here needs to be right for a request to be served, only for it to be served well.
 */
export class Isolate implements Loads {
  readonly env: Env;
  readonly now: () => number;
  readonly config: KeptDocument<CompiledConfig>;
  readonly health: KeptHealth;
  readonly #documents: GatewayDocuments;
  readonly #newAnswers = () => new Answers(this.random);
  readonly inflight = new Inflight();
  readonly latency = new PeakEwma();
  readonly reports = new Reports();
  readonly turns = new ReportedTurns();
  readonly sessions: Sessions;
  readonly random: () => number;
  readonly guards: Guards;
  /** By the id of the balancer. */
  readonly answers = new Map<string, Answers>();
  readonly complaints: Complaints;
  /**
   * Begins when the selector is late or its binding is missing, for all balancers. Meanwhile questions are asked in the background, one
   * per deadline, so a selector that stands still has few of them open.
   */
  readonly selector_pause = new Pause(SELECTOR_DEADLINE_MS);
  /** By binding: until when a rate limiter that failed is left alone. */
  readonly limiters_paused_until = new Map<string, number>();
  #seen_config: CompiledConfig | undefined;
  #seen_health: HealthDocument | undefined;

  /**
   * @param now milliseconds since the epoch
   * @param random uniform in [0, 1)
   */
  constructor(env: Env, now: () => number = Date.now, random: () => number = Math.random) {
    this.env = env;
    this.now = now;
    this.sessions = new Sessions(env);
    this.random = random;
    this.guards = new Guards(random);
    this.complaints = new Complaints(now);
    this.#documents = new GatewayDocuments(env, now);
    this.config = this.#documents.config;
    this.health = this.#documents.health;
  }

  /**
   * Waits for both documents where the isolate is cold or was idle, for a bounded time.
   * @param defer `ctx.waitUntil`
   * @returns undefined: what is in hand is recent
   */
  look(defer: (work: Promise<unknown>) => void): Promise<void> | undefined {
    return this.#documents.look(defer);
  }

  /** The configuration of an isolate that has none after {@link look}. */
  cold(): Promise<CompiledConfig> {
    return this.#documents.cold();
  }

  /**
   * Starts what refreshing is due and forgets answers that rest on a replaced document. Waits for nothing.
   * @param defer `ctx.waitUntil`
   */
  refresh(defer: (work: Promise<unknown>) => void): void {
    this.#documents.refresh(defer);
    if (this.config.current === this.#seen_config && this.health.current === this.#seen_health) return;
    if (this.config.current !== this.#seen_config) this.#forget(defer);
    else if (statesOf(this.health.current) !== statesOf(this.#seen_health)) {
      for (const answers of this.answers.values()) answers.clear(this.now());
    }
    this.#seen_config = this.config.current;
    this.#seen_health = this.health.current;
  }

  /** Forgets answers of a replaced configuration, and measurements of origins that the new one does not have. */
  #forget(defer: (work: Promise<unknown>) => void): void {
    const before = this.#seen_config;
    const after = this.config.current;
    if (after === undefined) return;
    this.#documents.keep(after, defer);
    const ids = new Set(after.document.config.balancers.map(({ id }) => id));
    for (const [id, answers] of this.answers) {
      if (ids.has(id)) answers.reset(this.now());
      else this.answers.delete(id);
    }
    if (before === undefined) return;
    const holds = (id: OriginId) => {
      const origin = after.origins.get(id);
      return origin !== undefined && sameServer(before.origins.get(id), origin);
    };
    this.latency.keep(holds);
    this.reports.keep(holds);
    this.turns.keep((pool) => Object.hasOwn(after.document.config.pools, pool));
    for (const id of this.inflight.ids()) if (!holds(id)) this.inflight.forget(id);
    for (const ended of this.guards.keep(before, after, this.now())) recordEjection(this.env, ended, defer);
  }

  answersOf(balancer: string): Answers {
    return getOrMake(this.answers, balancer, this.#newAnswers);
  }

  /** Whether answers may bring maps of keys. If not, each key is asked about. */
  hasRoomForMaps(): boolean {
    let bytes = 0;
    for (const { map_bytes } of this.answers.values()) bytes += map_bytes;
    return bytes < MAX_MAP_BYTES;
  }
}

/** The states in a health document, as a text to compare. A heartbeat without a change must not drop every kept answer. */
function statesOf(document: HealthDocument | undefined): string {
  if (document === undefined) return '';
  return Object.entries(document.origins)
    .map(([id, { state }]) => `${id}=${state}`)
    .join();
}
