import type { Documents } from './documents.ts';
import type { Isolate } from './isolate.ts';

/** What an event did to the spread of keys over origins. */
export interface MovedKeys {
  /** Keys whose first choice is another one than before. */
  moved: number;
  /** Of these, keys that went from one origin to another and the event was about neither. */
  bystanders: number;
  /** The fewest that have to move for the spread to be by weight before and after. */
  ideal: number;
  keys: number;
}

/** Follows the first choice of every key in a key space. */
export class KeySpread {
  readonly #isolate: Isolate;
  readonly #documents: Documents;
  readonly #keys: number;
  #choices: (string | undefined)[] | undefined;
  #weights: ReadonlyMap<string, number>;

  /** @param isolate one of its own, so that looking draws nothing from the traffic's */
  constructor(isolate: Isolate, documents: Documents, keys: number) {
    this.#isolate = isolate;
    this.#documents = documents;
    this.#keys = keys;
    this.#choices = this.#look();
    this.#weights = documents.weights();
  }

  /**
   * To be called when an event has happened.
   * @returns undefined: the strategy does not choose by key
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

/** The share of keys that has to go elsewhere: half the distance between two spreads. */
function leastMove(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  const total = (weights: ReadonlyMap<string, number>) =>
    [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const [from, to] = [total(before), total(after)];
  if (from === 0 || to === 0) return 0;
  let distance = 0;
  for (const [id, weight] of before) distance += Math.abs(weight / from - (after.get(id) ?? 0) / to);
  return distance / 2;
}
