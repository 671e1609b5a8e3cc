type Action = () => void;

/**
 * Actions in the order of virtual time: a binary heap. Actions that are due at the same moment run in the order in which
 * they were entered, so that every run is the same.
 */
export class Agenda {
  /** Virtual milliseconds since the start. */
  now = 0;
  #entered = 0;
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #actions: Action[] = [];

  /** Enters an action. @param delay_ms from now, 0 or more */
  after(delay_ms: number, action: Action): void {
    const time = this.now + delay_ms;
    const order = this.#entered++;
    let at = this.#actions.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#earlier(time, order, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, order, action);
  }

  /** Moves to the next action and runs it. @returns false if there is none */
  step(): boolean {
    const first = this.#actions[0];
    if (first === undefined) return false;
    this.now = this.#times[0] ?? this.now;
    this.#removeFirst();
    first();
    return true;
  }

  #removeFirst(): void {
    const time = this.#times.pop();
    const order = this.#orders.pop();
    const action = this.#actions.pop();
    const length = this.#actions.length;
    if (length === 0 || time === undefined || order === undefined || action === undefined) return;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      const right = child + 1;
      if (right < length && this.#earlier(this.#times[right] ?? 0, this.#orders[right] ?? 0, child))
        child = right;
      if (this.#earlier(time, order, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, order, action);
  }

  /** Whether an action is due before the one at an index. */
  #earlier(time: number, order: number, index: number): boolean {
    const other = this.#times[index] ?? Number.POSITIVE_INFINITY;
    return time < other || (time === other && order < (this.#orders[index] ?? 0));
  }

  #move(from: number, to: number): void {
    const action = this.#actions[from];
    if (action !== undefined) this.#put(to, this.#times[from] ?? 0, this.#orders[from] ?? 0, action);
  }

  #put(at: number, time: number, order: number, action: Action): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#actions[at] = action;
  }
}
