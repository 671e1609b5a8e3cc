import bundled from 'bundled-config';
import { type HealthDocument, stateOf } from '../../../shared/contracts/health.ts';
import { type DataCentre, dataCentreOf } from '../../../shared/documents/data_centre.ts';
import { type Defer, IsolateDocuments } from '../../../shared/documents/isolate_documents.ts';
import type { KeptHealth } from '../../../shared/documents/kept_health.ts';
import { Reader } from '../../../shared/documents/reader.ts';
import { getOrMake, retain } from '../../../shared/maps.ts';
import type { OriginId } from '../../../shared/model/ids.ts';
import { Outliers } from '../ejection/outliers.ts';
import { recordEjection } from '../ejection/record_ejection.ts';
import type { Env } from '../env.ts';
import { Answers } from './answers.ts';
import { type CompiledConfig, compileSteps, sameServer } from './compiled_config.ts';
import { Complaints } from './complaints.ts';
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
/** The part of an isolate's 128 MB for maps of keys, all balancers together: about 250 tables of Maglev's default size. */
const MAX_MAP_BYTES = 16 * 1_024 * 1_024;

/**
 * What one isolate remembers between requests. Each isolate has its own, and it may be gone at any time. A request can be served
 * without it, only less well.
 */
export class Isolate implements Loads {
  /** Identifies this isolate in data points: which isolates still serve an old version? */
  readonly id = crypto.randomUUID().slice(0, 8);
  readonly env: Env;
  readonly now: () => number;
  readonly centre: DataCentre;
  readonly documents: IsolateDocuments<CompiledConfig>;
  readonly health: KeptHealth;
  readonly #newAnswers = () => new Answers(this.random);
  readonly inflight: Inflight;
  readonly latency: PeakEwma;
  readonly reports: Reports;
  readonly turns: ReportedTurns;
  readonly sessions: Sessions;
  readonly random: () => number;
  readonly guards: Guards;
  /** By the balancer's id. */
  readonly answers: Map<string, Answers>;
  readonly complaints: Complaints;
  /**
   * Begins for all balancers when the selector is late or its binding is missing. Meanwhile questions are asked in the background, one
   * per deadline, so that few are open at a selector that hangs.
   */
  readonly selector_pause: Pause;
  /** By binding: the time until which a rate limiter that failed is not asked. */
  readonly limiters_paused_until = new Map<string, number>();
  /** When this isolate last told the coordinator that traffic to an origin fails, milliseconds since the epoch. */
  readonly suspected_at = new Map<OriginId, number>();
  #seen_config: CompiledConfig | undefined;
  #seen_health: HealthDocument | undefined;

  /**
   * @param now milliseconds since the epoch
   * @param random uniform in [0, 1)
   * @param of the isolate that this one is a {@link copy} of
   */
  constructor(env: Env, now: () => number = Date.now, random: () => number = Math.random, of?: Isolate) {
    this.env = env;
    this.now = now;
    this.random = random;
    this.sessions = of?.sessions ?? new Sessions(env);
    this.guards = of?.guards.copy(random) ?? new Guards(new Outliers(random));
    this.complaints = new Complaints(now);
    this.inflight = of?.inflight ?? new Inflight();
    this.latency = of?.latency ?? new PeakEwma();
    this.reports = of?.reports ?? new Reports();
    this.turns = of?.turns.copy() ?? new ReportedTurns();
    this.answers = new Map([...(of?.answers ?? [])].map(([id, answers]) => [id, answers.copy(random)]));
    this.selector_pause = of?.selector_pause.copy() ?? new Pause(SELECTOR_DEADLINE_MS);
    this.centre = of?.centre ?? dataCentreOf(env, () => caches.default, now);
    this.documents =
      of?.documents ??
      new IsolateDocuments(new Reader(env, this.centre, now), now, {
        prepare: compileSteps,
        documentOf: ({ document }) => document,
        renumber: (compiled, document) => ({ ...compiled, document }),
      });
    this.health = this.documents.health;
    if (of === undefined) return;
    this.#seen_config = of.#seen_config;
    this.#seen_health = of.#seen_health;
  }

  /**
   * An isolate in the same state, for an explanation. What a choice changes, such as turns, kept rankings and ejections, is copied.
   * What it only reads is shared: documents, sessions, and loads, which an attempt changes and gives back.
   */
  copy(env: Env, random: () => number): Isolate {
    return new Isolate(env, this.now, random, this);
  }

  /** The configuration in use. Undefined: this isolate is cold. */
  get config(): CompiledConfig | undefined {
    return this.documents.config;
  }

  /** The first configuration of a cold isolate, if no source delivered one in time. */
  cold(defer: Defer): Promise<CompiledConfig> {
    return this.documents.cold(bundled, defer);
  }

  /**
   * Starts the refreshes that are due, and forgets answers that depend on a replaced document. Waits for nothing.
   * @param defer `ctx.waitUntil`
   */
  refresh(defer: (work: Promise<unknown>) => void): void {
    this.documents.refresh(defer);
    const before = this.#seen_config;
    const health_before = this.#seen_health;
    const { config } = this;
    const health = this.health.current;
    if (config === before && health === health_before) return;
    this.#seen_config = config;
    this.#seen_health = health;
    if (config !== before) this.#forget(before, config, defer);
    else if (!sameStates(health_before, health))
      for (const answers of this.answers.values()) answers.clear(this.now());
  }

  /** Forgets answers of a replaced configuration, and measurements of origins that the new one does not have. */
  #forget(
    before: CompiledConfig | undefined,
    after: CompiledConfig | undefined,
    defer: (work: Promise<unknown>) => void,
  ): void {
    if (after === undefined) return;
    const { balancers, pools } = after.document.config;
    const ids = new Set(balancers.map(({ id }) => id));
    retain(this.answers, (id) => ids.has(id));
    for (const answers of this.answers.values()) answers.reset(this.now());
    if (before === undefined) return;
    const holds = (id: OriginId) => {
      const origin = after.origins.get(id);
      return origin !== undefined && sameServer(before.origins.get(id), origin);
    };
    for (const load of [this.latency, this.reports, this.inflight]) load.keep(holds);
    retain(this.suspected_at, holds);
    this.turns.keep((pool) => Object.hasOwn(pools, pool));
    for (const ended of this.guards.keep(before, after, this.now())) recordEjection(this.env, ended, defer);
  }

  answersOf(balancer: string): Answers {
    return getOrMake(this.answers, balancer, this.#newAnswers);
  }

  /** Whether there is room for more maps of keys. If not, each key is asked about. */
  hasRoomForMaps(): boolean {
    let bytes = 0;
    for (const { map_bytes } of this.answers.values()) bytes += map_bytes;
    return bytes < MAX_MAP_BYTES;
  }
}

/** Whether two health documents give every origin the same state. A heartbeat that changes no state must not drop kept answers. */
function sameStates(one: HealthDocument | undefined, other: HealthDocument | undefined): boolean {
  return one === undefined || other === undefined ? one === other : covers(one, other) && covers(other, one);
}

/** Whether the origins that `one` lists have the same states in `other`. */
function covers({ origins }: HealthDocument, other: HealthDocument): boolean {
  for (const id in origins)
    if (origins[id as OriginId]?.state !== stateOf(other, id as OriginId)) return false;
  return true;
}
