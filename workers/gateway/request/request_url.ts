import { HttpError } from '../../../shared/errors.ts';

/** The parts of a request's URL. They are cut out of it and not parsed, so that the path keeps every byte. */
export interface RequestUrl {
  /** `https://app.example.com`: scheme and authority as received. */
  origin: string;
  /** In lower case, without port and without a final dot. */
  host: string;
  /** From the first slash to the `?`, with dot segments resolved. */
  path: string;
  /** Path and query as received, with dot segments resolved. */
  path_and_query: string;
}

/** An authority by RFC 9110 §4.2: host and optional port. Userinfo (§4.2.4) and an empty host are malformed. */
const AUTHORITY = /^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:\d{0,5})?$/;

/**
 * What the runtime rewrites on the way to an origin: the segments `.` and `..` in any spelling, and `\`. The gateway rewrites
 * them first. Otherwise `/public/%2e%2e/admin` would be matched as `/public` and answered as `/admin`.
 */
const REWRITTEN = /\\|\/(\.|%2e){1,2}(\/|$)/i;

/**
 * Splits an absolute http(s) URL.
 * @param host_header as received; null: not known. Plain workerd builds the URL from this header without checking it, so that
 *   `Host: app.example.com/x` would choose the path
 * @throws {HttpError} 400 if the URL's authority or the `Host` is malformed
 */
export function parseRequestUrl(url: string, host_header: string | null = null): RequestUrl {
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
  const host = hostOf(authority);
  if (host === undefined) throw malformed(authority);
  if (host_header !== null && host_header !== authority && !AUTHORITY.test(host_header))
    throw malformed(host_header);
  const hash = url.indexOf('#', path_start);
  let path_and_query = hash < 0 ? url.slice(path_start) : url.slice(path_start, hash);
  if (!path_and_query.startsWith('/')) path_and_query = `/${path_and_query}`;
  let path = pathOf(path_and_query);
  if (REWRITTEN.test(path)) {
    path_and_query = new URL(`http://x${path_and_query}`).href.slice('http://x'.length);
    path = pathOf(path_and_query);
  }
  return { origin: url.slice(0, path_start), host, path, path_and_query };
}

/**
 * Returns the host of an authority: `App.example.com.:8443` gives `app.example.com`.
 * @returns in lower case, without port and without a final dot; undefined: the authority is malformed
 */
export function hostOf(authority: string): string | undefined {
  const name = AUTHORITY.exec(authority)?.[1];
  if (name === undefined) return undefined;
  return name.endsWith('.') ? name.slice(0, -1).toLowerCase() : name.toLowerCase();
}

function pathOf(path_and_query: string): string {
  const query = path_and_query.indexOf('?');
  return query < 0 ? path_and_query : path_and_query.slice(0, query);
}

function malformed(host: string): HttpError {
  return new HttpError(400, 'Bad Request: malformed Host', {
    outcome: 'bad_request',
    detail: `Host ${host}`,
  });
}
