import type { LoadReport } from '../../workers/gateway/state/load/orca.ts';
import type { Agenda } from './agenda.ts';
import { Level } from './level.ts';

/** Time over which the rates in a report are measured. */
const REPORT_MS = 1_000;

/** One request that an origin has accepted. */
interface Work {
  service_ms: number;
  end(done: boolean): void;
  /** Whether it was lost when the origin went down. Its action stays on the agenda and must do nothing. */
  lost: boolean;
}

/** The server of an origin: parallel workers behind one queue, first come, first served. */
export class Server {
  /** Number of busy workers. */
  readonly busy = new Level();
  readonly #agenda: Agenda;
  readonly #workers: number;
  readonly #working = new Set<Work>();
  /** Waiting requests. They are taken by index, because shifting a long array would move all of it. */
  #queue: Work[] = [];
  #front = 0;
  #down = false;
  #window = { start_ms: 0, busy_ms: 0, done: 0 };
  #rates: Pick<LoadReport, 'rps_fractional' | 'application_utilization'> = {};

  /** @param workers undefined for unlimited workers */
  constructor(agenda: Agenda, workers: number | undefined) {
    this.#agenda = agenda;
    this.#workers = workers ?? Number.POSITIVE_INFINITY;
  }

  /** Accepts a request. @param end receives true if it was served, and false if the server is down or goes down */
  take(service_ms: number, end: (done: boolean) => void): void {
    const work: Work = { service_ms, end, lost: false };
    if (this.#down) end(false);
    else if (this.#working.size < this.#workers) this.#start(work);
    else this.#queue.push(work);
  }

  /** The load report of an answer: requests in progress now, and the rate and utilization of the last second. */
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

  /** Loses all requests and refuses new ones. */
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
