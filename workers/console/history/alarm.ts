/** An alarm that is this late is not believed to come any more: workerd keeps alarms apart from the object's database. */
const LATE_MS = 5_000;

/** The object's alarm, which starts publications. Times are milliseconds since the epoch. */
export class Alarm {
  readonly #storage: Pick<DurableObjectStorage, 'setAlarm'>;
  readonly #now: () => number;
  /** When it comes; undefined: it came, or this object has set none since its start. */
  #at: number | undefined;

  constructor(storage: Pick<DurableObjectStorage, 'setAlarm'>, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** Whether it will come. */
  get isSet(): boolean {
    return this.#at !== undefined && this.#now() - this.#at < LATE_MS;
  }

  /** Notes that it came. */
  came(): void {
    this.#at = undefined;
  }

  /** Sets it, unless it comes before. Setting it with each of many changes would postpone it again and again. */
  setAt(wanted_at: number): void {
    const at = Math.max(wanted_at, this.#now());
    if (this.isSet && (this.#at ?? 0) <= at) return;
    this.#at = at;
    void this.#storage.setAlarm(at);
  }
}
