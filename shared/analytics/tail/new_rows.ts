/** A request as a tail shows it. The rows of data points have no id, and times in whole seconds. */
export interface Seen {
  /** Seconds since the epoch. */
  at: number;
  [column: string]: unknown;
}

/**
 * Finds the rows that were not there before. Two requests can be equal in every column, so equal rows are counted.
 * @example new NewRows() then `.of([a, a])` gives both, `.of([a, a, a])` gives one more
 */
export class NewRows {
  #before = new Map<string, number>();

  /** @param rows of a window that moves with time; each window overlaps the one before */
  of<T extends Seen>(rows: readonly T[]): T[] {
    const counts = new Map<string, number>();
    const fresh: T[] = [];
    for (const row of rows) {
      const key = JSON.stringify(row);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count > (this.#before.get(key) ?? 0)) fresh.push(row);
    }
    this.#before = counts;
    return fresh;
  }
}
