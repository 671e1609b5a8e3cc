// https://www.iana.org/assignments/http-methods (RFC 9110 §16.1.1), November 2026. CONNECT, LOCK, PATCH and POST are in neither
// list.

/** Methods that only read (RFC 9110 section 9.2.1). Sending a request twice does no harm. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PRI', 'PROPFIND', 'QUERY', 'REPORT', 'SEARCH', 'TRACE'];

/** Methods that change something, and the same thing if sent again (RFC 9110 section 9.2.2). */
const CHANGING_METHODS = [
  ...['PUT', 'DELETE'],
  // WebDAV (RFC 4918), its access control, versions, bindings, order, redirects and calendars (RFC 3744, 3253, 5842, 3648,
  // 4437, 4791).
  ...['COPY', 'MKCOL', 'MOVE', 'PROPPATCH', 'UNLOCK', 'ACL'],
  ...['BASELINE-CONTROL', 'CHECKIN', 'CHECKOUT', 'LABEL', 'MERGE', 'MKACTIVITY', 'MKWORKSPACE'],
  ...['UNCHECKOUT', 'UPDATE', 'VERSION-CONTROL'],
  ...['BIND', 'REBIND', 'UNBIND', 'ORDERPATCH', 'MKREDIRECTREF', 'UPDATEREDIRECTREF', 'MKCALENDAR'],
  // RFC 2068.
  ...['LINK', 'UNLINK'],
];

export const SAFE: ReadonlySet<string> = new Set(SAFE_METHODS);

/** Methods that may be sent again, whatever happened to the first request. */
export const IDEMPOTENT: ReadonlySet<string> = new Set([...SAFE_METHODS, ...CHANGING_METHODS]);
