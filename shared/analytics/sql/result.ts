/** The answer of the SQL API to a query whose format is JSON, which is the default. */
export interface JsonResult {
  columns: { name: string; type: string }[];
  /** 64-bit integers are strings. */
  rows: Record<string, unknown>[];
}

/** Reads the body of an answer of the SQL API. @returns undefined: it is no JSON with rows, because the query asks for another FORMAT */
export function readResult(body: string): JsonResult | undefined {
  try {
    const { meta, data } = (JSON.parse(body) ?? {}) as { meta?: unknown; data?: unknown };
    if (!Array.isArray(data)) return undefined;
    return { columns: Array.isArray(meta) ? meta : [], rows: data };
  } catch {
    return undefined;
  }
}
