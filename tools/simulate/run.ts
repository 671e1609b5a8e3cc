import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import type { LoadReport } from '../../workers/gateway/state/load/orca.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { type Random, randomOf } from '../project/random.ts';
import { Agenda } from './agenda.ts';
import { exponential } from './distribution.ts';
import { Documents, type Steering } from './documents.ts';
import { type Decision, Isolate } from './isolate.ts';
import { Level } from './level.ts';
import { KeySpread, type MovedKeys } from './moved_keys.ts';
import { Samples } from './samples.ts';
import type { Scenario, ScenarioEvent } from './scenario.ts';
import { Site } from './site.ts';
import { type Mark, type Window, windowOf } from './window.ts';

/** The result of a simulation. */
export interface Run {
  scenario: Scenario;
  steering: Steering;
  samples: Samples;
  /** The first request after the warm-up. */
  first: number;
  /** Attempts that went to each origin, in the order of the scenario, the warm-up included. */
  picks: number[];
  events: { event: ScenarioEvent; keys: MovedKeys | undefined }[];
  /** From the start until the last request has ended. */
  virtual_ms: number;
  window: Window;
}

/** A client that waits for its answer asks again after this if it got none. Without a pause, virtual time would stand still. */
const PAUSE_AFTER_FAILURE_MS = 1;

/**
 * Runs a scenario in virtual time with the shipped strategies. The same scenario and strategy give the same run.
 * @param strategies default: those of the selector
 * @throws CliError when the strategy does not exist or does not take its options
 */
export function simulate(scenario: Scenario, steering: Steering, strategies: Strategies = STRATEGIES): Run {
  return new Simulation(scenario, steering, strategies).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #steering: Steering;
  readonly #agenda = new Agenda();
  readonly #documents: Documents;
  readonly #isolates: readonly Isolate[];
  readonly #keys: KeySpread | undefined;
  readonly #sites: readonly Site[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #random: Readonly<Record<'arrival' | 'isolate' | 'client', Random>>;
  readonly #samples: Samples;
  readonly #in_system = new Level();
  readonly #events: Run['events'] = [];
  #last_end_ms = 0;
  #opened: Mark | undefined;
  #closed: Mark | undefined;

  constructor(scenario: Scenario, steering: Steering, strategies: Strategies) {
    const { seed, origins, key_space, events } = scenario;
    this.#scenario = scenario;
    this.#steering = steering;
    this.#documents = new Documents(scenario, steering);
    const isolate = (stream: string) =>
      new Isolate(this.#documents, strategies, randomOf(seed, stream), () => this.#agenda.now);
    this.#isolates = Array.from({ length: scenario.isolates }, (_, index) => isolate(`choice ${index}`));
    if (key_space !== undefined && events.length > 0)
      this.#keys = new KeySpread(isolate('keys'), this.#documents, key_space);
    const service = randomOf(seed, 'service');
    this.#sites = origins.map((origin) => new Site(origin, this.#agenda, service));
    this.#index = new Map(origins.map(({ id }, index) => [id, index]));
    this.#random = {
      arrival: randomOf(seed, 'arrival'),
      isolate: randomOf(seed, 'isolate'),
      client: randomOf(seed, 'client'),
    };
    this.#samples = new Samples(scenario.requests);
  }

  run(): Run {
    const { arrivals, events, duration_s, warmup } = this.#scenario;
    for (const event of events) this.#agenda.after(event.at_s * 1_000, () => this.#happen(event));
    if (duration_s !== undefined) {
      this.#agenda.after(duration_s * 1_000 * warmup, () => this.#open());
      this.#agenda.after(duration_s * 1_000, () => this.#close());
    }
    const { closed, constant_per_s } = arrivals;
    for (let client = 0; client < (closed ?? 0); client++) this.#agenda.after(0, () => this.#arrive());
    if (closed === undefined) this.#scheduleArrival(constant_per_s === undefined ? this.#gap() : 0);
    while (this.#agenda.step());

    const start = this.#opened ?? this.#mark();
    const end = this.#closed ?? this.#mark();
    return {
      scenario: this.#scenario,
      steering: this.#steering,
      samples: this.#samples,
      first: start.arrivals,
      picks: this.#sites.map(({ attempts }) => attempts),
      events: this.#events,
      virtual_ms: this.#last_end_ms,
      window: windowOf(start, end, this.#scenario),
    };
  }

  #scheduleArrival(delay_ms: number): void {
    this.#agenda.after(delay_ms, () => {
      if (this.#closed !== undefined) return;
      this.#arrive();
      this.#scheduleArrival(this.#gap());
    });
  }

  /** Milliseconds between two arrivals. */
  #gap(): number {
    const { poisson_per_s, constant_per_s = 1 } = this.#scenario.arrivals;
    return poisson_per_s === undefined
      ? 1_000 / constant_per_s
      : exponential(1_000 / poisson_per_s, this.#random.arrival);
  }

  #arrive(): void {
    if (this.#closed !== undefined) return;
    const { requests, warmup, key_space } = this.#scenario;
    if (requests !== undefined && this.#samples.length === Math.floor(requests * warmup)) this.#open();
    const request = this.#samples.begin(this.#agenda.now);
    this.#in_system.add(1, this.#agenda.now);
    if (this.#samples.length === requests) this.#close();
    const client = Math.floor(this.#random.client() * (key_space ?? 2 ** 32));
    const isolate = this.#isolates[Math.floor(this.#random.isolate() * this.#isolates.length)];
    if (isolate === undefined) return;
    const decision = isolate.decide(client);
    if (decision === undefined) this.#end(request, undefined);
    else this.#attempt(request, isolate, decision, 0);
  }

  #attempt(request: number, isolate: Isolate, decision: Decision, attempt: number): void {
    const origin = attempt < this.#documents.attempts ? decision.origins[attempt] : undefined;
    const index = origin && this.#index.get(origin.name);
    const site = index === undefined ? undefined : this.#sites[index];
    if (origin === undefined || index === undefined || site === undefined) {
      this.#end(request, undefined);
      return;
    }
    const leave = isolate.begin(decision, origin);
    let open = true;
    const close = (served: boolean, report?: LoadReport) => {
      if (!open) return;
      open = false;
      leave(served, report);
      if (served) this.#end(request, index);
      else this.#attempt(request, isolate, decision, attempt + 1);
    };
    site.send(close);
    // The origin goes on with an attempt that was given up, because it is not told.
    const { timeout_ms } = this.#scenario;
    if (timeout_ms !== undefined) this.#agenda.after(timeout_ms, () => close(false));
  }

  #end(request: number, origin: number | undefined): void {
    const { now } = this.#agenda;
    this.#samples.end(request, now - this.#samples.startOf(request), origin);
    this.#in_system.add(-1, now);
    this.#last_end_ms = now;
    if (this.#scenario.arrivals.closed === undefined) return;
    this.#agenda.after(origin === undefined ? PAUSE_AFTER_FAILURE_MS : 0, () => this.#arrive());
  }

  #happen(event: ScenarioEvent): void {
    const site = this.#sites[this.#index.get(event.origin) ?? -1];
    if (site === undefined) return;
    if (event.weight !== undefined) this.#documents.setWeight(event.origin, event.weight);
    if (event.down) this.#documents.setState(event.origin, 'down', this.#agenda.now);
    if (event.up) this.#documents.setState(event.origin, 'up', this.#agenda.now);
    site.apply(event);
    this.#events.push({ event, keys: this.#keys?.after(event.origin) });
  }

  /** Ends the warm-up. */
  #open(): void {
    this.#opened ??= this.#mark();
  }

  /** Ends the arrivals. */
  #close(): void {
    this.#closed ??= this.#mark();
  }

  #mark(): Mark {
    const { now } = this.#agenda;
    return {
      now_ms: now,
      arrivals: this.#samples.length,
      in_system_ms: this.#in_system.area(now),
      busy_ms: this.#sites.reduce((sum, { server }) => sum + server.busy.area(now), 0),
      offered_ms: this.#sites.reduce((sum, { offered_ms }) => sum + offered_ms, 0),
    };
  }
}
