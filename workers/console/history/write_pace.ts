/** KV takes one write a second to a key (https://developers.cloudflare.com/kv/platform/limits/). */
const MIN_PAUSE_MS = 1_000;
/** Normalising a source of this length takes about 100 ms, in which nothing else is answered. */
const BYTES_PER_SECOND = 500_000;

/**
 * When the next write to KV is allowed. Times are milliseconds since the epoch.
 * @param put_at the last write; 0: there was none
 * @param size_bytes of the source that is published
 */
export function nextWriteAt(put_at: number, size_bytes: number, now: number): number {
  // The clock was set back. Publishing does not stop until it is there again; KV refuses a write that is too early.
  if (put_at > now) return now;
  // Alarms ring at whole milliseconds.
  return Math.ceil(put_at + MIN_PAUSE_MS * (1 + size_bytes / BYTES_PER_SECOND));
}
