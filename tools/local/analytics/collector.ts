/** What a {@link Collector} needs of the world. */
export interface CollectorPorts {
  /** Sends lines to `POST /ingest`. May reject. */
  send(body: string): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Told of each batch that could not be sent. */
  failed(points: number, error: unknown): void;
}

/** How long points wait for company. */
const WAIT_MS = 100;
/** After so long the one who was to send is taken for gone. */
const GONE_MS = 2_000;

/**
 * Gathers the points of one isolate into one subrequest every {@link WAIT_MS}. The first point's invocation waits
 * and sends; the others only leave theirs, for in the runtime an invocation cannot use another's I/O.
 */
export class Collector {
  #lines: string[] = [];
  #began_at: number | undefined;

  /**
   * Takes a line.
   * @returns What the caller has to keep its invocation alive for; undefined if another one sends. Never rejects.
   */
  add(line: string, ports: CollectorPorts): Promise<void> | undefined {
    this.#lines.push(line);
    const now = ports.now();
    if (this.#began_at !== undefined && now - this.#began_at < GONE_MS) return undefined;
    this.#began_at = now;
    return this.#send(ports);
  }

  async #send(ports: CollectorPorts): Promise<void> {
    await ports.sleep(WAIT_MS);
    const lines = this.#lines;
    this.#lines = [];
    this.#began_at = undefined;
    try {
      await ports.send(lines.join('\n'));
    } catch (error) {
      ports.failed(lines.length, error);
    }
  }
}
