/** Methods of which two mean the same as one (RFC 9110 §9.2.2): they may be sent again whatever became of the first. */
export const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
