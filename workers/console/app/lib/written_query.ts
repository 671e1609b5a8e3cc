/** A query that somebody wrote and did not run. */
export interface WrittenQuery {
  /** The query in the URL at that time. Null: there was none. */
  of: string | null;
  text: string;
}

/**
 * The query that the editor begins with: what was written here, unless a link led to another query since.
 * @param in_url null: there is none
 * @returns undefined: there is none
 */
export function firstQuery(written: WrittenQuery | undefined, in_url: string | null): string | undefined {
  return written?.of === in_url ? written.text : (in_url ?? undefined);
}
