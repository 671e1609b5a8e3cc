/** What `POST /api/sql` answers, for one stored version of a dataset. */
export interface SqlResult {
  /** `plimsoll_traffic_v2`; null: the query reads no dataset of Plimsoll. */
  table: string | null;
  columns: readonly { name: string; type: string }[];
  /** 64-bit integers are strings. */
  rows: readonly Readonly<Record<string, unknown>>[];
}

/** The whole answer: the newest version that has rows, and older ones. No query can read two of them. */
export interface SqlAnswer extends SqlResult {
  older: readonly SqlResult[];
}
