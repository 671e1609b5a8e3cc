import type { Engine } from './engine.ts';
import { type IngestedPoint, rowOf } from './points.ts';

/** This many rows are written without further wait. Few large inserts are cheap for the engine. */
const MAX_ROWS = 1_000;
/** The longest that a row waits. */
const MAX_AGE_MS = 200;
/** Rows that can wait while the engine is busy. Further points are dropped, or memory would grow without bound. */
const MAX_WAITING = 100_000;

/** Collects points and writes them in batches, one batch at a time. */
export class Writer {
  readonly #engine: Engine;
  readonly #waiting = new Map<string, string[]>();
  readonly #tables = new Set<string>();
  #rows = 0;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  readonly #said = new Set<string>();
  readonly #log: (line: string) => void;
  /** Points that were not stored because the engine failed or fell behind. */
  lost = 0;

  /** @param log prints each reason why points are lost, once */
  constructor(engine: Engine, log: (line: string) => void) {
    this.#engine = engine;
    this.#log = log;
  }

  /** @param sample_interval number of points that this one stands for */
  add(point: IngestedPoint, sample_interval: number): void {
    if (this.#rows >= MAX_WAITING) {
      this.#lose(1, 'the engine fell behind');
      return;
    }
    const rows = this.#waiting.get(point.dataset) ?? [];
    rows.push(rowOf(point, sample_interval));
    this.#waiting.set(point.dataset, rows);
    this.#rows++;
    if (this.#rows === MAX_ROWS) void this.flush();
    this.#timer ??= setTimeout(() => void this.flush(), MAX_AGE_MS);
  }

  /** Writes the waiting rows. Resolves when they, and all rows before them, are in the engine. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn = this.#turn.then(() => this.#write());
    return this.#turn;
  }

  async #write(): Promise<void> {
    const batches = [...this.#waiting];
    this.#waiting.clear();
    this.#rows = 0;
    for (const [dataset, rows] of batches) {
      try {
        if (!this.#tables.has(dataset)) await this.#engine.createTable(dataset);
        this.#tables.add(dataset);
        await this.#engine.insert(dataset, rows.join('\n'));
      } catch (error) {
        this.#lose(rows.length, error instanceof Error ? error.message : String(error));
      }
    }
  }

  #lose(points: number, reason: string): void {
    this.lost += points;
    if (!this.#said.has(reason)) this.#log(`analytics: points are being lost: ${reason} (said once)`);
    this.#said.add(reason);
  }
}
