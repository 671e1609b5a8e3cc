import type { Engine } from './engine.ts';
import { type IngestedPoint, rowOf } from './points.ts';

/** Rows that are written at once at the latest: an engine likes few large inserts. */
const MAX_ROWS = 1_000;
/** Age at which rows are written, milliseconds. */
const MAX_AGE_MS = 200;
/** Rows that may wait while the engine is busy; beyond it points are dropped, or memory would grow without end. */
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

  /** @param log Told once of each reason for which points are lost. */
  constructor(engine: Engine, log: (line: string) => void) {
    this.#engine = engine;
    this.#log = log;
  }

  /** @param sample_interval Points that this one stands for. */
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

  /** Writes what waits. Resolves when it, and all before it, is in the engine. Never rejects. */
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
