// How often things happen without a reason. The cost model (tools/cost/) reads them too, so this file imports nothing.

/** How often to read the configuration, in case nobody announced it. In production, KV's own cache adds half a minute. */
export const CONFIG_REFRESH_MS = 10_000;
/** A region reports at least this often, even if nothing changed. */
export const REPORT_MS = 30_000;
/** A region receives its assignment whenever it changes, and at least this often, which also revives a lost alarm. */
export const TELL_MS = 60_000;
/** Time between two checks of a suspected origin that fail. HAProxy has it as `fastinter`. */
export const FAST_MS = 1_000;
