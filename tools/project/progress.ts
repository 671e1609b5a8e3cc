/** Nobody needs to be told about what takes less. */
const QUIET_MS = 1_000;
const AGAIN_MS = 1_000;

/** Where progress is shown, and the clock. */
export interface Progress {
  stream: { isTTY?: boolean; write(text: string): unknown };
  every(run: () => void, ms: number): () => void;
}

const TERMINAL: Progress = {
  stream: process.stderr,
  every(run, ms) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};

/**
 * Waits for something. On a terminal, a line says what is waited for when it takes longer than a second, and it goes when that ends.
 * @param what `the console`, `the upload of the gateway`
 */
export async function withProgress<T>(
  what: string,
  work: Promise<T>,
  { stream, every }: Progress = TERMINAL,
): Promise<T> {
  if (stream.isTTY !== true) return work;
  let waited_ms = 0;
  const stop = every(() => {
    waited_ms += AGAIN_MS;
    if (waited_ms >= QUIET_MS)
      stream.write(`\r\u001b[Kwaiting for ${what} (${Math.round(waited_ms / 1_000)} s) …`);
  }, AGAIN_MS);
  try {
    return await work;
  } finally {
    stop();
    if (waited_ms >= QUIET_MS) stream.write('\r\u001b[K');
  }
}

/** Says on a terminal what begins and keeps this process busy, so that nothing can be said meanwhile. */
export function announce(what: string, { stream }: Pick<Progress, 'stream'> = TERMINAL): void {
  if (stream.isTTY === true) stream.write(`${what} …\n`);
}
