/** A put that KV took. */
export interface Put {
  key: string;
  /** Milliseconds since the epoch, by the test's clock. */
  at: number;
  value: string;
}

/** KV as a test needs it: it can fail, and it can show an old value. */
export class FakeKv {
  readonly values = new Map<string, string>();
  readonly puts: Put[] = [];
  /** Why every operation fails; undefined: none does. */
  failure: string | undefined;
  /** Values that it shows in place of its own, as a cache does. */
  readonly stale = new Map<string, string>();
  /** Runs before a value is stored. */
  on_put: (key: string, value: string) => void = () => {};
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(key: string, options?: { type?: string }): Promise<unknown> {
    this.#fail();
    const text = this.stale.get(key) ?? this.values.get(key) ?? null;
    return options?.type === 'json' && text !== null ? JSON.parse(text) : text;
  }

  async put(key: string, value: string): Promise<void> {
    this.#fail();
    this.on_put(key, value);
    this.values.set(key, value);
    this.puts.push({ key, at: this.#now(), value });
  }

  #fail(): void {
    if (this.failure !== undefined) throw new Error(this.failure);
  }
}
