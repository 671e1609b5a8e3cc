/** The result of every request, in the order of arrival. */
export class Samples {
  length = 0;
  #starts: Float64Array;
  #latencies: Float64Array;
  #origins: Int32Array;

  /** @param expected number of requests, if it is known; there may be more */
  constructor(expected = 1_024) {
    this.#starts = new Float64Array(expected);
    this.#latencies = new Float64Array(expected);
    this.#origins = new Int32Array(expected);
  }

  /** Adds a request. @returns its number */
  begin(start_ms: number): number {
    const number = this.length++;
    if (number >= this.#starts.length) this.#grow();
    this.#starts[number] = start_ms;
    this.#origins[number] = FAILED;
    return number;
  }

  /** Ends a request. @param origin index of the origin that served it; undefined if it failed */
  end(number: number, latency_ms: number, origin: number | undefined): void {
    this.#latencies[number] = latency_ms;
    this.#origins[number] = origin ?? FAILED;
  }

  /** Time of arrival, in virtual milliseconds. */
  startOf(number: number): number {
    return this.#starts[number] ?? 0;
  }

  /** Time from arrival to answer or failure. */
  latencyOf(number: number): number {
    return this.#latencies[number] ?? 0;
  }

  /** Index of the origin that served it; undefined if it failed. */
  originOf(number: number): number | undefined {
    const origin = this.#origins[number];
    return origin === FAILED ? undefined : origin;
  }

  #grow(): void {
    const length = this.#starts.length * 2;
    const larger = <T extends Float64Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#starts = larger(new Float64Array(length), this.#starts);
    this.#latencies = larger(new Float64Array(length), this.#latencies);
    this.#origins = larger(new Int32Array(length), this.#origins);
  }
}

const FAILED = -1;
