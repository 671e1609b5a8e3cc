/**
 * How much is gathered at most: one page of memory. It bounds how far a reader falls behind its source. The events of one
 * gathering (16 ms) fit many times: 1,000 events a second of 20 bytes are 320 bytes in 16 ms.
 */
export const GATHER_BYTES = 4_096;

/**
 * Makes the runtime gather the small pieces of a body. It reads one branch of a tee and throws it away, without a turn of the
 * event loop for each piece. Meanwhile the same bytes pile up in the other branch, where one read takes them all.
 *
 * The other branch falls behind by at most {@link GATHER_BYTES} and one piece, because no more is swallowed until the
 * next {@link wait}.
 */
export class Gathering {
  readonly #reader: ReadableStreamBYOBReader;
  /** Ends a pipe that waits for its source. Without it, the pipe would notice only with the next piece that its reader has gone. */
  readonly #stopped = new AbortController();
  #buffer = new ArrayBuffer(GATHER_BYTES);
  #state: 'gathers' | 'full' | 'ended' = 'full';
  #wake: (() => void) | undefined;

  constructor(branch: ReadableStream<Uint8Array>) {
    // A read of a branch itself would keep the other one waiting until it has its minimum. A pipe takes each piece.
    const { readable, writable } = new IdentityTransformStream();
    branch.pipeTo(writable, { signal: this.#stopped.signal }).catch(() => {
      this.stop();
      // A branch that nobody reads would keep all that comes.
      if (!branch.locked) branch.cancel().catch(() => {});
    });
    this.#reader = readable.getReader({ mode: 'byob' });
    this.#gather();
  }

  /** Waits until enough has been gathered, the time is over, or the body has ended. */
  async wait(ms: number): Promise<void> {
    if (this.#state === 'full') this.#gather();
    if (ms <= 0 || this.#state === 'ended') return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  /** Ends it. The other branch goes on by itself. */
  stop(): void {
    this.#end();
    this.#stopped.abort();
    this.#reader.cancel().catch(() => {});
  }

  #gather(): void {
    this.#state = 'gathers';
    this.#reader.readAtLeast(GATHER_BYTES, new Uint8Array(this.#buffer)).then(
      ({ done, value }) => {
        if (done) return this.#end();
        this.#buffer = value.buffer as ArrayBuffer;
        this.#state = 'full';
        this.#wake?.();
      },
      () => this.#end(),
    );
  }

  #end(): void {
    this.#state = 'ended';
    this.#wake?.();
  }
}
