/**
 * How the gateway orders the finalists of a ranking by its current load figures. It treats a name that it does not know as
 * `inflight`.
 */
export type SettleBy =
  /** Least requests in flight over weight. In a tie, the origin ranked first. */
  | 'inflight'
  /** Least (requests in flight + 1) over weight: the load with this request added. */
  | 'next_inflight'
  /** Drawn by weight / (requests in flight + 1) ^ `bias`. */
  | 'weighted_inflight'
  /** The first within `bounded_load` percent of its fair share of the finalists' requests in flight. */
  | 'bounded_load'
  /** Least first-byte time, as peak EWMA, times (requests in flight + 1). */
  | 'peak_ewma'
  /** Weighted round robin by the load that origins report (gRFC A58). */
  | 'reported'
  /** Prequal's hot-cold rule on what origins report. */
  | 'prequal';
