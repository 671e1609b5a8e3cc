import type { Documents } from './documents.ts';
import type { Isolate } from './isolate.ts';

/** The keys that an event moved to other origins. */
export interface MovedKeys {
  /** Keys whose first origin has changed. */
  moved: number;
  /** Moved keys of which neither the old nor the new origin is that of the event. */
  bystanders: number;
  /** The fewest keys that must move so that the spread is by weight before and after. */
  ideal: number;
  keys: number;
}

/** Follows the first origin of every key in a key space. */
export class KeySpread {
  readonly #isolate: Isolate;
  readonly #documents: Documents;
  readonly #keys: number;
  #choices: (string | undefined)[] | undefined;
  #weights: ReadonlyMap<string, number>;

  /** @param isolate an isolate without traffic, because asking takes random draws */
  constructor(isolate: Isolate, documents: Documents, keys: number) {
    this.#isolate = isolate;
    this.#documents = documents;
    this.#keys = keys;
    this.#choices = this.#look();
    this.#weights = documents.weights();
  }

  /**
   * Counts the keys that the last event moved. To be called after each event.
   * @param origin the origin of the event
   * @returns undefined if the strategy does not choose by key
   */
  after(origin: string): MovedKeys | undefined {
    const before = this.#choices;
    const weights = this.#weights;
    this.#choices = this.#look();
    this.#weights = this.#documents.weights();
    if (before === undefined || this.#choices === undefined) return undefined;
    const id = this.#documents.idOf(origin);
    let moved = 0;
    let bystanders = 0;
    for (const [key, choice] of before.entries()) {
      const now_chosen = this.#choices[key];
      if (choice === now_chosen) continue;
      moved++;
      if (choice !== id && now_chosen !== id) bystanders++;
    }
    return {
      moved,
      bystanders,
      ideal: leastMove(weights, this.#weights) * this.#keys,
      keys: this.#keys,
    };
  }

  #look(): (string | undefined)[] | undefined {
    const choices: (string | undefined)[] = [];
    for (let key = 0; key < this.#keys; key++) {
      const { rankings, use, vary } = this.#isolate.ask(key);
      if (use === 'once' || vary.length === 0) return undefined;
      choices.push(rankings[0]?.origins[0]);
    }
    return choices;
  }
}

/** The share of keys that must move: half the distance between two spreads. */
function leastMove(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  const total = (weights: ReadonlyMap<string, number>) =>
    [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const [from, to] = [total(before), total(after)];
  if (from === 0 || to === 0) return 0;
  let distance = 0;
  for (const [id, weight] of before) distance += Math.abs(weight / from - (after.get(id) ?? 0) / to);
  return distance / 2;
}
