import type { LoadReport } from '../../workers/gateway/state/load/orca.ts';
import type { Agenda } from './agenda.ts';
import { Level } from './level.ts';

/** How long rates in a report are measured. */
const REPORT_MS = 1_000;

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
  #window = { start_ms: 0, busy_ms: 0, done: 0 };
  #rates: Pick<LoadReport, 'rps_fractional' | 'application_utilization'> = {};

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

  /** What it would say of its load in an answer: requests in its hands now, rate and utilization of the last second. */
  report(): LoadReport {
    const { now } = this.#agenda;
    const span_ms = now - this.#window.start_ms;
    if (span_ms >= REPORT_MS) {
      const busy_ms = this.busy.area(now);
      this.#rates = {
        rps_fractional: (this.#window.done * 1_000) / span_ms,
        application_utilization: (busy_ms - this.#window.busy_ms) / span_ms / this.#workers,
      };
      this.#window = { start_ms: now, busy_ms, done: 0 };
    }
    const rif = this.#working.size + this.#queue.length - this.#front;
    return { ...this.#rates, named_metrics: { rif } };
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
    this.#window.done++;
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
