/** The I/O of a {@link Collector}. */
export interface CollectorPorts {
  /** Sends lines to `POST /ingest`. Can reject. */
  send(body: string): Promise<void>;
  sleep(ms: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called for each batch that could not be sent. */
  failed(points: number, error: unknown): void;
}

/** How long the first point of a batch waits for others. */
const WAIT_MS = 100;
/** A sender that has not sent after this time is taken to be cancelled. */
const GONE_MS = 2_000;

/**
 * Gathers the points of one isolate into one subrequest every {@link WAIT_MS}. The invocation of the first point waits and
 * sends. The others only leave their points, because an invocation cannot use the I/O of another one.
 */
export class Collector {
  #lines: string[] = [];
  #began_at: number | undefined;

  /**
   * Takes a line.
   * @returns resolves when the batch is sent: keep the invocation alive until then. Never rejects. Undefined: another invocation
   * sends the line
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
