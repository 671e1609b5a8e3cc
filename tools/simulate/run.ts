import { STRATEGIES } from '../../shared/strategies/strategies.ts';
import type { LoadReport } from '../../workers/gateway/state/load/orca.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { type Random, randomOf } from '../project/random.ts';
import { Agenda } from './agenda.ts';
import { drawService, exponential, meanService } from './distribution.ts';
import { Documents, type Steering } from './documents.ts';
import { type Decision, Isolate } from './isolate.ts';
import { Level } from './level.ts';
import { KeySpread, type MovedKeys } from './moved_keys.ts';
import { Samples } from './samples.ts';
import type { Scenario, ScenarioEvent, Service } from './scenario.ts';
import { Server } from './server.ts';
import { type Mark, type Window, windowOf } from './window.ts';

/** What a simulation leaves behind. */
export interface Run {
  scenario: Scenario;
  steering: Steering;
  samples: Samples;
  /** Requests before this one are warm-up. */
  first: number;
  /** Attempts that went to each origin, in the order of the scenario, the warm-up included. */
  picks: number[];
  events: { event: ScenarioEvent; keys: MovedKeys | undefined }[];
  /** From the start until the last request has ended. */
  virtual_ms: number;
  window: Window;
}

/** One origin of the scenario. */
interface Site {
  server: Server;
  service: Service;
  mean_ms: number;
  one_way_ms: number;
  reports_load: boolean;
}

/** A client that waits for its answer and got none asks again after this, or time would stand still. */
const PAUSE_AFTER_FAILURE_MS = 1;

/**
 * Lets a scenario happen in virtual time, with the shipped strategy. The same scenario and strategy give the same run.
 * @param strategies the selector's own, if absent
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
  readonly #random: Readonly<Record<'arrival' | 'service' | 'isolate' | 'client', Random>>;
  readonly #samples: Samples;
  readonly #in_system = new Level();
  readonly #picks: number[];
  readonly #events: Run['events'] = [];
  #offered_ms = 0;
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
    this.#sites = origins.map(({ servers, service, network_ms, reports_load }) => ({
      server: new Server(this.#agenda, servers),
      service,
      mean_ms: meanService(service),
      one_way_ms: network_ms / 2,
      reports_load,
    }));
    this.#index = new Map(origins.map(({ id }, index) => [id, index]));
    this.#random = {
      arrival: randomOf(seed, 'arrival'),
      service: randomOf(seed, 'service'),
      isolate: randomOf(seed, 'isolate'),
      client: randomOf(seed, 'client'),
    };
    this.#samples = new Samples(scenario.requests);
    this.#picks = origins.map(() => 0);
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
      picks: this.#picks,
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
    this.#picks[index] = (this.#picks[index] ?? 0) + 1;
    this.#offered_ms += site.mean_ms;
    const leave = isolate.begin(decision, origin);
    let open = true;
    const close = (served: boolean, report?: LoadReport) => {
      if (!open) return;
      open = false;
      leave(served, report);
      if (served) this.#end(request, index);
      else this.#attempt(request, isolate, decision, attempt + 1);
    };
    const service_ms = drawService(site.service, this.#random.service);
    this.#later(site.one_way_ms, () =>
      site.server.take(service_ms, (done) => {
        const report = done && site.reports_load ? site.server.report() : undefined;
        this.#later(site.one_way_ms, () => close(done, report));
      }),
    );
    // What was given up stays with the origin: it cannot know.
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
    const { now } = this.#agenda;
    if (event.service !== undefined) {
      site.service = event.service;
      site.mean_ms = meanService(event.service);
    }
    if (event.weight !== undefined) this.#documents.setWeight(event.origin, event.weight);
    if (event.down) {
      this.#documents.setState(event.origin, 'down', now);
      site.server.goDown();
    }
    if (event.up) {
      this.#documents.setState(event.origin, 'up', now);
      site.server.comeUp();
    }
    this.#events.push({ event, keys: this.#keys?.after(event.origin) });
  }

  /** Now, if there is no time to spend: the agenda is the costly part of a run. */
  #later(delay_ms: number, action: () => void): void {
    if (delay_ms > 0) this.#agenda.after(delay_ms, action);
    else action();
  }

  #open(): void {
    this.#opened ??= this.#mark();
  }

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
      offered_ms: this.#offered_ms,
    };
  }
}
