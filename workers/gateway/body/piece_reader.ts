import { elapsed } from '../../../shared/time/clock.ts';
import { GATHER_BYTES, Gathering } from './gathering.ts';

/** The size of a read buffer. Without a buffer, the runtime hands out 4 KiB at a time, at ten times the cost. */
export const PIECE_BYTES = 65_536;

/**
 * Pieces below this are small. A script needs about 70 µs to read a piece and pass it on (two turns of the event loop; workerd,
 * 2 cores), which is far more than copying a small piece takes.
 */
const SMALL_BYTES = 1_024;

/** This many consecutive small pieces, on average less than {@link GATHER_MS} apart, begin a gathering. */
const MANY_PIECES = 16;

/** The longest time for which small pieces are gathered: less than one frame of a screen at 60 Hz (16.7 ms). */
const GATHER_MS = 16;

/** This many consecutive reads without a gain end a gathering. */
const MANY_VAIN = 4;

/** The result of a read. */
export type Piece = { done: false; value: Uint8Array } | { done: true; value?: Uint8Array | undefined };

/**
 * Reads a body piece by piece.
 *
 * Small pieces in quick succession (1-byte chunks, an event stream) would cost a turn of the event loop each. The runtime then
 * gathers them for at most {@link GATHER_MS}, and one read returns everything that has come. Gathering ends when it gains
 * nothing: if each piece waits for a reply to the one before, a delay would only slow down both sides.
 */
export class PieceReader {
  #body: ReadableStream<Uint8Array>;
  #reader: ReadableStreamBYOBReader;
  #gathering: Gathering | undefined;
  #read_at = 0;
  /** Consecutive small pieces: their number, their total bytes, and when the first one came. */
  #small = { count: 0, bytes: 0, since: 0 };
  #many = MANY_PIECES;
  #vain = 0;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(body: ReadableStream<Uint8Array>, now: () => number = Date.now) {
    this.#body = body;
    this.#reader = body.getReader({ mode: 'byob' });
    this.#now = now;
  }

  /**
   * Reads the next piece.
   * @param view where to write the piece, at least one byte. Its memory moves to the returned piece
   * @returns `done` with an empty piece at the end, and with none after {@link cancel}
   */
  async read(view: Uint8Array): Promise<Piece> {
    if (this.#gathering !== undefined)
      await this.#gathering.wait(GATHER_MS - elapsed(this.#read_at, this.#now()));
    const piece: Piece = await this.#reader.read(view);
    if (!piece.done) this.#note(piece.value.byteLength);
    return piece;
  }

  /** Returns the rest of the body, for a pipe. Do not use this reader afterwards. */
  release(): ReadableStream<Uint8Array> {
    this.#gathering?.stop();
    this.#reader.releaseLock();
    return this.#body;
  }

  /** Cancels the source and ends a read under way. */
  cancel(reason?: unknown): void {
    this.#gathering?.stop();
    this.#reader.cancel(reason).catch(() => {});
  }

  #note(bytes: number): void {
    this.#read_at = this.#now();
    if (this.#gathering === undefined) this.#noteSingle(bytes);
    else this.#noteGathered(this.#gathering, bytes);
  }

  #noteSingle(bytes: number): void {
    const { count } = this.#small;
    if (bytes >= SMALL_BYTES) this.#small.count = 0;
    else if (count === 0) this.#small = { count: 1, bytes, since: this.#read_at };
    else {
      this.#small.count++;
      this.#small.bytes += bytes;
      if (this.#small.count < this.#many) return;
      if (elapsed(this.#small.since, this.#read_at) < this.#many * GATHER_MS) this.#begin();
      else this.#small.count = 0;
    }
  }

  #noteGathered(gathering: Gathering, bytes: number): void {
    const gained = bytes * this.#small.count >= 2 * this.#small.bytes;
    this.#vain = gained ? 0 : this.#vain + 1;
    // Stop as well if the pieces themselves have become large.
    if (this.#vain < MANY_VAIN && bytes <= 2 * GATHER_BYTES) return;
    gathering.stop();
    this.#gathering = undefined;
    this.#small.count = 0;
    this.#many *= 2;
  }

  #begin(): void {
    this.#reader.releaseLock();
    const [swallowed, body] = this.#body.tee();
    this.#body = body;
    this.#reader = body.getReader({ mode: 'byob' });
    this.#gathering = new Gathering(swallowed);
    this.#vain = 0;
  }
}
