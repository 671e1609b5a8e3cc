import type { ConfigDocument, Origin } from '../../shared/config/config.ts';
import type { FactName, Facts } from '../../shared/contracts/facts.ts';
import type { OriginId } from '../../shared/contracts/ids.ts';
import { Inflight } from '../../workers/gateway/inflight.ts';
import { settle } from '../../workers/gateway/settle.ts';
import { Draws } from '../../workers/selector/draws.ts';
import type { Strategies } from '../../workers/selector/plan.ts';
import { type Selection, select } from '../../workers/selector/select.ts';
import { BALANCER, type Documents } from './documents.ts';
import type { Random } from './random.ts';

/**
 * What one isolate of the gateway and one of the selector hold in memory, with the shipped code of both: sequences and
 * counts are their own. Everything in the simulator that depends on how these two decide is in this file.
 */
export class Isolate {
  readonly #documents: Documents;
  readonly #strategies: Strategies;
  readonly #draws: Draws;
  readonly #inflight = new Inflight();
  #vary: readonly FactName[] = [];
  #config: { read: ConfigDocument; own: ConfigDocument } | undefined;

  constructor(documents: Documents, strategies: Strategies, random: Random) {
    this.#documents = documents;
    this.#strategies = strategies;
    this.#draws = new Draws(random);
  }

  /** Asks the selector who could serve a client's request. @param now virtual milliseconds */
  ask(client: number, now: number): Selection {
    const selection = this.#select(client, now);
    if (selection.vary.length === this.#vary.length) return selection;
    // As a gateway does: asked for more facts, it asks again with them, and sends them from then on.
    this.#vary = selection.vary;
    return this.#select(client, now);
  }

  /** The origins to try for a client's request, in order. */
  decide(client: number, now: number): readonly Origin[] {
    const [ranking] = this.ask(client, now).rankings;
    if (ranking === undefined) return [];
    const origins: Origin[] = [];
    for (const id of ranking.origins) {
      const origin = this.#documents.origin(id);
      if (origin !== undefined) origins.push(origin);
    }
    return settle(ranking, origins, this.#inflight);
  }

  /** Counts an attempt in. @returns counts it out */
  begin(origin: OriginId): () => void {
    return this.#inflight.begin(origin);
  }

  #select(client: number, now: number): Selection {
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
    return select(config, health, question, this.#draws, now, this.#strategies);
  }

  /**
   * Its own object, as if it had parsed the document itself: the selector makes a plan for each, and strategies may
   * keep state by the list of targets that stands in it. Isolates share none of that.
   */
  #ownConfig(): ConfigDocument {
    const read = this.#documents.config;
    if (this.#config?.read !== read) this.#config = { read, own: { ...read } };
    return this.#config.own;
  }
}

/** What tells clients apart, whatever a strategy looks at; the rest is not known. */
function factOf(name: FactName, client: number): string {
  if (name === 'client_address') {
    return [client >>> 24, client >>> 16, client >>> 8, client].map((part) => part & 255).join('.');
  }
  if (name === 'path') return `/${client}`;
  return name.includes(':') ? String(client) : '';
}
