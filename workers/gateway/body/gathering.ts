/**
 * The most that is gathered: one page of memory. It bounds how far a reader falls behind its source, and is more than 16 ms of
 * events need: 1,000 events of 20 bytes per second are 320 bytes in 16 ms.
 */
export const GATHER_BYTES = 4_096;

/**
 * Makes the runtime gather the small pieces of a body. One branch of a tee is piped away, without a turn of the event loop for
 * each piece. Meanwhile the same bytes pile up in the other branch, where a single read takes them all.
 *
 * The other branch falls behind by at most {@link GATHER_BYTES} and one piece, because no more is piped away until the next
 * {@link wait}.
 */
export class Gathering {
  readonly #reader: ReadableStreamBYOBReader;
  /** Ends a pipe that waits for its source. Without it, the pipe would notice only at the next piece that its reader is gone. */
  readonly #stopped = new AbortController();
  #buffer = new ArrayBuffer(GATHER_BYTES);
  #state: 'gathers' | 'full' | 'ended' = 'full';
  #wake: (() => void) | undefined;

  constructor(branch: ReadableStream<Uint8Array>) {
    // Reading the branch directly would keep the other one waiting until the minimum has come. A pipe takes each piece.
    const { readable, writable } = new IdentityTransformStream();
    branch.pipeTo(writable, { signal: this.#stopped.signal }).catch(() => {
      this.stop();
      // An unread branch would buffer everything that comes.
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

  /** Ends the gathering. The other branch goes on by itself. */
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
