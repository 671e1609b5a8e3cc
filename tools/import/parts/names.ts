/** Makes names that are valid and unique. The same object of the source must ask once. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #forbidden: RegExp;

  /** @param kind `id`: of pools and monitors. `origin`: also allows `.` and `:`. */
  constructor(kind: 'id' | 'origin' = 'id') {
    this.#forbidden = kind === 'id' ? /[^A-Za-z0-9_-]+/g : /[^A-Za-z0-9_.:-]+/g;
  }

  /** @param wanted the name in the source */
  take(wanted: string): string {
    const base = wanted.replace(this.#forbidden, '-').slice(0, 56) || 'unnamed';
    let free = base;
    for (let n = 2; this.#taken.has(free); n++) free = `${base}-${n}`;
    this.#taken.add(free);
    return free;
  }
}
