import type { Agenda } from './agenda.ts';
import { Level } from './level.ts';

/** One request in an origin's hands. */
interface Work {
  service_ms: number;
  end(done: boolean): void;
  /** Its end has been told already; the agenda does not forget. */
  lost: boolean;
}

/** An origin: parallel workers behind one queue, first come first served. */
export class Server {
  /** Workers at work. */
  readonly busy = new Level();
  readonly #agenda: Agenda;
  readonly #workers: number;
  readonly #working = new Set<Work>();
  /** Taken from the front by index: shifting an array of a million would move all of it. */
  #queue: Work[] = [];
  #front = 0;
  #down = false;

  /** @param workers undefined: as many as there are requests */
  constructor(agenda: Agenda, workers: number | undefined) {
    this.#agenda = agenda;
    this.#workers = workers ?? Number.POSITIVE_INFINITY;
  }

  /** @param end is told whether it was done: false, the origin is down, or went down under it */
  take(service_ms: number, end: (done: boolean) => void): void {
    const work: Work = { service_ms, end, lost: false };
    if (this.#down) end(false);
    else if (this.#working.size < this.#workers) this.#start(work);
    else this.#queue.push(work);
  }

  /** Loses all it has, and refuses what comes. */
  goDown(): void {
    const lost = [...this.#working, ...this.#queue.slice(this.#front)];
    this.busy.add(-this.#working.size, this.#agenda.now);
    this.#down = true;
    this.#working.clear();
    this.#queue = [];
    this.#front = 0;
    for (const work of lost) {
      work.lost = true;
      work.end(false);
    }
  }

  comeUp(): void {
    this.#down = false;
  }

  #start(work: Work): void {
    this.#working.add(work);
    this.busy.add(1, this.#agenda.now);
    this.#agenda.after(work.service_ms, () => this.#finish(work));
  }

  #finish(work: Work): void {
    if (work.lost) return;
    this.#working.delete(work);
    this.busy.add(-1, this.#agenda.now);
    const next = this.#queue[this.#front];
    if (next !== undefined) {
      this.#front++;
      if (this.#front > 1_024 && this.#front * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#front);
        this.#front = 0;
      }
      this.#start(next);
    }
    work.end(true);
  }
}
