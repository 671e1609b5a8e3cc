import { HttpError } from '../../shared/errors.ts';

/** What the client asked for, taken from its URL without re-parsing it, so that the path stays byte for byte. */
export interface Target {
  /** `https://app.example.com`: scheme and authority as received. */
  origin: string;
  /** Lower case, without port and without a final dot. */
  host: string;
  /** From the first slash to the `?`. */
  path: string;
  /** Path and query as received. */
  path_and_query: string;
}

/** RFC 9110 §4.2: what may stand in an authority. Userinfo may not (§4.2.4), nor may anything be missing. */
const AUTHORITY = /^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:\d{0,5})?$/;

/**
 * Splits an absolute http(s) URL.
 * @param host_header as received, null if it is not known. Plain workerd makes the URL of it unseen: a
 *   `Host: app.example.com/x` would choose the path
 * @throws {HttpError} 400 if the URL's authority or the `Host` is malformed
 */
export function parseTarget(url: string, host_header: string | null = null): Target {
  const authority_start = url.indexOf('//') + 2;
  let path_start = url.length;
  for (let i = authority_start; i < url.length; i++) {
    const c = url.charCodeAt(i);
    if (c === 0x2f || c === 0x3f || c === 0x23) {
      path_start = i;
      break;
    }
  }
  const authority = url.slice(authority_start, path_start);
  const match = AUTHORITY.exec(authority);
  const name = match?.[1];
  if (name === undefined) throw malformed(authority);
  if (host_header !== null && host_header !== authority && !AUTHORITY.test(host_header))
    throw malformed(host_header);
  const host = name.endsWith('.') ? name.slice(0, -1).toLowerCase() : name.toLowerCase();
  const hash = url.indexOf('#', path_start);
  let path_and_query = hash < 0 ? url.slice(path_start) : url.slice(path_start, hash);
  if (!path_and_query.startsWith('/')) path_and_query = `/${path_and_query}`;
  const query = path_and_query.indexOf('?');
  return {
    origin: url.slice(0, path_start),
    host,
    path: query < 0 ? path_and_query : path_and_query.slice(0, query),
    path_and_query,
  };
}

function malformed(host: string): HttpError {
  return new HttpError(400, 'Bad Request: malformed Host', {
    outcome: 'bad_request',
    detail: `Host ${host}`,
  });
}
