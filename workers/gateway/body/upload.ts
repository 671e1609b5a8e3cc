import { DeadlineError } from '../../../shared/time/within.ts';
import { type Body, brokenOff, stalledError } from './keep.ts';
import { PIECE_BYTES, type Piece, PieceReader } from './piece_reader.ts';
import { StallTimer } from './stall.ts';

/**
 * The most pieces that are kept, together no longer than {@link PIECE_BYTES}. An origin that refuses a request takes no more
 * than the runtime has read ahead for it.
 */
const KEPT_PIECES = 16;
/** Shorter pieces are copied before they are kept. Otherwise each would occupy a buffer of {@link PIECE_BYTES}. */
const COPIED_BYTES = 4_096;

/** A request's body as attempts send it. An {@link Upload} takes the place of a stream. */
export type Sendable = Exclude<Body, { kind: 'stream' }> | Upload;

/**
 * A client's body that is too long to be kept, passed on to an origin piece by piece. The runtime could do this without a
 * script, but it reports a client that breaks off and an origin that stops reading by the same error, and waits for either
 * without limit.
 *
 * The body can go to another origin as long as everything passed on so far is kept.
 */
export class Upload {
  readonly kind = 'upload';
  /** As the client declared it; undefined: it declared none. */
  readonly length: number | undefined;
  readonly #reader: PieceReader;
  /** The beginning of the body, if it was read before. */
  readonly #start: Uint8Array | undefined;
  /** The pieces passed on after `#start`; undefined: they were too much to keep. */
  #kept: Uint8Array[] | undefined = [];
  #kept_bytes = 0;
  #buffer = new ArrayBuffer(PIECE_BYTES);
  /** A read under way, or one whose piece was not passed on yet. */
  #reading: Promise<Piece> | undefined;
  #attempt = 0;
  #final = false;
  #stop: (() => void) | undefined;

  constructor({ stream, start, length }: Extract<Body, { kind: 'stream' }>) {
    this.length = length;
    this.#start = start;
    this.#reader = new PieceReader(stream);
  }

  /** Whether another attempt can send the whole body. */
  get repeatable(): boolean {
    return this.#kept !== undefined;
  }

  /**
   * Passes the body on from its beginning. This ends the upload of an earlier attempt.
   *
   * @param to becomes the attempt's body
   * @param deadline_ms how long the client may send nothing, and the origin take nothing
   * @returns when everything has been passed on, or when the origin takes no more. In that case its answer, or the lack of one,
   *   says why
   * @throws {HttpError} 400 if the body breaks off, 408 if it stalls
   * @throws {DeadlineError} if the origin stalls
   */
  async send(to: WritableStream<Uint8Array>, deadline_ms: number): Promise<void> {
    this.pause();
    const attempt = this.#attempt;
    const writer = to.getWriter();
    writer.closed.catch(() => {});
    let waits_for: 'client' | 'origin' = 'client';
    let stalled: Error | undefined;
    // This also ends the read or write under way.
    const timer = new StallTimer(deadline_ms, () => {
      stalled = waits_for === 'client' ? stalledError() : new DeadlineError(deadline_ms);
      if (waits_for === 'client') this.#reader.cancel(stalled);
      writer.abort(stalled).catch(() => {});
    });
    this.#stop = () => {
      timer.stop();
      writer.abort().catch(() => {});
    };
    const isTaken = async (passed: Promise<void>) => {
      waits_for = 'origin';
      const taken = await passed.then(
        () => true,
        () => false,
      );
      if (stalled !== undefined) throw stalled;
      timer.moved();
      return taken && attempt === this.#attempt;
    };
    try {
      if (this.#start !== undefined && !(await isTaken(writer.write(this.#start)))) return;
      for (const piece of [...(this.#kept ?? [])]) if (!(await isTaken(writer.write(piece)))) return;
      for (;;) {
        waits_for = 'client';
        this.#reading ??= this.#reader.read(new Uint8Array(this.#buffer));
        const piece = await this.#reading;
        // Another attempt has taken over and passes this piece on.
        if (attempt !== this.#attempt) return;
        if (stalled !== undefined) throw stalled;
        timer.moved();
        // Keep the end in `#reading` for an attempt that may follow.
        if (piece.done) return void (await isTaken(writer.close()));
        this.#reading = undefined;
        this.#keep(piece.value);
        if (!(await isTaken(writer.write(piece.value)))) return;
      }
    } catch (cause) {
      if (attempt !== this.#attempt) return;
      const error = stalled ?? brokenOff(cause);
      writer.abort(error).catch(() => {});
      throw error;
    } finally {
      if (attempt === this.#attempt) {
        timer.stop();
        this.#stop = undefined;
        if (this.#final) this.#reader.cancel();
      }
    }
  }

  /** Stops passing the body on: the attempt has failed, and another may follow. */
  pause(): void {
    this.#attempt++;
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Declares that no attempt follows. @param goes_on the last attempt was answered, so its origin still gets the rest */
  end(goes_on: boolean): void {
    this.#final = true;
    this.#kept = undefined;
    if (!goes_on) this.pause();
    if (this.#stop === undefined) this.#reader.cancel();
  }

  /** Keeps a piece that is about to be passed on, if there is room, and provides the buffer for the next one. */
  #keep(piece: Uint8Array): void {
    // A read detaches the buffer and hands its memory back with the piece.
    const memory = piece.buffer as ArrayBuffer;
    this.#kept_bytes += piece.byteLength;
    if (this.#kept === undefined || this.#kept_bytes > PIECE_BYTES || this.#kept.length === KEPT_PIECES) {
      this.#kept = undefined;
      this.#buffer = memory;
    } else if (piece.byteLength < COPIED_BYTES) {
      this.#kept.push(piece.slice());
      this.#buffer = memory;
    } else {
      this.#kept.push(piece);
      this.#buffer = new ArrayBuffer(PIECE_BYTES);
    }
  }
}
