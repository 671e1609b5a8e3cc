import type { LoadReport } from '../../workers/gateway/state/load/orca.ts';
import type { Random } from '../project/random.ts';
import type { Agenda } from './agenda.ts';
import { drawService, meanService } from './distribution.ts';
import type { ScenarioEvent, ScenarioOrigin, Service } from './scenario.ts';
import { Server } from './server.ts';

/** An origin of the scenario, with the network in front of it. */
export class Site {
  readonly server: Server;
  /** Attempts that reached it, the warm-up included. */
  attempts = 0;
  /** The mean service times of these attempts, added up. */
  offered_ms = 0;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #one_way_ms: number;
  readonly #reports_load: boolean;
  #service: Service;
  #mean_ms: number;

  /** @param random draws service times */
  constructor(origin: ScenarioOrigin, agenda: Agenda, random: Random) {
    const { servers, service, network_ms, reports_load } = origin;
    this.server = new Server(agenda, servers);
    this.#agenda = agenda;
    this.#random = random;
    this.#one_way_ms = network_ms / 2;
    this.#reports_load = reports_load;
    this.#service = service;
    this.#mean_ms = meanService(service);
  }

  /**
   * Sends one attempt there and back.
   * @param end receives whether the origin served it, and the load report of its answer, if the origin sends them
   */
  send(end: (served: boolean, report?: LoadReport) => void): void {
    this.attempts++;
    this.offered_ms += this.#mean_ms;
    const service_ms = drawService(this.#service, this.#random);
    this.#later(() =>
      this.server.take(service_ms, (served) => {
        const report = served && this.#reports_load ? this.server.report() : undefined;
        this.#later(() => end(served, report));
      }),
    );
  }

  /** Applies an event of this origin: new service times, down or up. */
  apply({ service, down, up }: ScenarioEvent): void {
    if (service !== undefined) {
      this.#service = service;
      this.#mean_ms = meanService(service);
    }
    if (down) this.server.goDown();
    if (up) this.server.comeUp();
  }

  /** Waits for one way through the network. Without a network the action runs now: the agenda is the costly part of a run. */
  #later(action: () => void): void {
    if (this.#one_way_ms > 0) this.#agenda.after(this.#one_way_ms, action);
    else action();
  }
}
