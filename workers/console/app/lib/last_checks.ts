/** The last check of an origin by one monitor from one place, and how many there were in the last hour. */
export interface LastCheck {
  origin: string;
  monitor: string;
  region: string;
  /** Seconds since the epoch. */
  at: number;
  /** HTTP status; 0: none. */
  status: number;
  /** Why it failed. Empty: it did not. */
  reason: string;
  rtt_ms: number;
  checks: number;
  failures: number;
}

/** Checks by origin, the newest first. */
export function checksByOrigin(rows: readonly LastCheck[]): ReadonlyMap<string, readonly LastCheck[]> {
  const found = new Map<string, LastCheck[]>();
  for (const row of [...rows].sort((a, b) => b.at - a.at))
    found.set(row.origin, [...(found.get(row.origin) ?? []), row]);
  return found;
}
