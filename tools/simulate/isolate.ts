import type { FactName, Facts } from '../../shared/contracts/facts.ts';
import type { Ranking } from '../../shared/contracts/selection.ts';
import type { ConfigDocument, Origin } from '../../shared/model/config.ts';
import { observe } from '../../workers/gateway/selection/settlers/observe.ts';
import { settle } from '../../workers/gateway/selection/settlers/settle.ts';
import { settlerOf } from '../../workers/gateway/selection/settlers/settlers.ts';
import { type Loads, newLoads } from '../../workers/gateway/state/load/loads.ts';
import type { LoadReport } from '../../workers/gateway/state/load/orca.ts';
import { Draws } from '../../workers/selector/draws.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { type BareAnswer, select } from '../../workers/selector/select.ts';
import type { Random } from '../project/random.ts';
import { BALANCER, type Documents } from './documents.ts';

/** The decision for one request. */
export interface Decision {
  ranking: Ranking;
  /** The origins in the order of attempts. */
  origins: readonly Origin[];
}

/**
 * The memory of one isolate of the gateway and one of the selector, such as sequences and in-flight counts, with the shipped
 * code of both. All calls of the simulator into the shipped code for decisions are in this file.
 */
export class Isolate {
  readonly #documents: Documents;
  readonly #strategies: Strategies;
  readonly #draws: Draws;
  readonly #loads: Loads;
  readonly #now: () => number;
  #vary: readonly FactName[] = [];
  #config: { read: ConfigDocument; own: ConfigDocument } | undefined;

  /** @param now virtual milliseconds */
  constructor(documents: Documents, strategies: Strategies, random: Random, now: () => number) {
    this.#documents = documents;
    this.#strategies = strategies;
    this.#now = now;
    this.#draws = new Draws(random, undefined, now);
    this.#loads = newLoads(now, random);
  }

  /** Asks the selector to rank the origins for a client's request. */
  ask(client: number): BareAnswer {
    const selection = this.#select(client);
    if (selection.vary.length === this.#vary.length) return selection;
    // A gateway does the same: if the answer varies on more facts, it asks again with them, and sends them from then on.
    this.#vary = selection.vary;
    return this.#select(client);
  }

  /** Decides for a client's request. @returns undefined if there is no origin to try */
  decide(client: number): Decision | undefined {
    const [ranking] = this.ask(client).rankings;
    if (ranking === undefined) return undefined;
    const origins: Origin[] = [];
    for (const id of ranking.origins) {
      const origin = this.#documents.origin(id);
      if (origin !== undefined) origins.push(origin);
    }
    return { ranking, origins: settle(ranking, origins, this.#loads) };
  }

  /**
   * Counts an attempt in.
   * @returns a function that counts the attempt out, and records its result if the ranking is settled by results
   */
  begin({ ranking }: Decision, origin: Origin): (served: boolean, report?: LoadReport) => void {
    const started_at = this.#now();
    const leave = this.#loads.inflight.begin(origin.id);
    const takeBack = settlerOf(ranking).sent?.(origin.id, this.#loads);
    return (served, report) => {
      leave();
      takeBack?.();
      const first_byte_ms = this.#now() - started_at;
      observe(ranking, { origin: origin.id, first_byte_ms, failed: !served, report }, this.#loads);
    };
  }

  #select(client: number): BareAnswer {
    const config = this.#ownConfig();
    const { health } = this.#documents;
    const facts: Partial<Record<FactName, string>> = {};
    for (const name of this.#vary) facts[name] = factOf(name, client);
    const question = {
      balancer: BALANCER,
      facts: facts satisfies Facts,
      want: 1,
      config_version: config.version,
      health_version: health.version,
    };
    return select(config, health, question, this.#draws, this.#now(), this.#strategies);
  }

  /**
   * The configuration as an object of this isolate, as if the isolate had parsed it. The selector makes a plan for each
   * object, and strategies may keep state by the list of targets in it. Isolates share none of that.
   */
  #ownConfig(): ConfigDocument {
    const read = this.#documents.config;
    if (this.#config?.read !== read) this.#config = { read, own: { ...read } };
    return this.#config.own;
  }
}

/** A fact of a client's request. Addresses, paths and facts with a name differ by client; all others are empty. */
function factOf(name: FactName, client: number): string {
  if (name === 'client_address') {
    return [client >>> 24, client >>> 16, client >>> 8, client].map((part) => part & 255).join('.');
  }
  if (name === 'path') return `/${client}`;
  return name.includes(':') ? String(client) : '';
}
