import type { Ticket } from '../../shared/contracts/carrying.ts';

/** Response headers that contain one URL. In `Refresh`, a number of seconds precedes it. */
const NAMING = ['location', 'content-location', 'refresh'] as const;

/**
 * Start of an absolute or scheme-relative URL, with an authority without userinfo. A value with a backslash in the authority does
 * not match, because clients disagree about where that authority ends.
 */
const SITE = /^(?:(https?):)?\/\/([^/?#\\@\s"']+)(?=[/?#"']|$)/i;

/** The part of `Refresh` before the URL: `5; url='`. */
const BEFORE_URL = /^\s*[\d.]*\s*(?:[;,]\s*)?(?:url\s*=\s*)?["']?/i;

interface Site {
  scheme: string;
  /** Host and port, as in a URL. */
  authority: string;
}

/**
 * Replaces the origin's scheme and authority with the client's in `Location`, `Content-Location` and `Refresh`. nginx calls
 * this `proxy_redirect default`.
 *
 * Only an absolute or scheme-relative URL with exactly the origin's authority is changed. A default port equals no port.
 * Everything after the authority stays byte for byte.
 *
 * @param url the request's URL, which contains the origin's address
 * @param sent_url the URL that was sent: with an overridden `Host`, it contains that name in place of the address
 * @returns `response` itself if nothing changes
 */
export function nameForClient(response: Response, ticket: Ticket, url: string, sent_url: string): Response {
  const { headers } = response;
  let named: Response | undefined;
  for (const header of NAMING) {
    const value = headers.get(header);
    if (value === null) continue;
    const start = header === 'refresh' ? (BEFORE_URL.exec(value)?.[0].length ?? 0) : 0;
    const found = value.slice(start);
    const renamed = renamedForClient(found, ticket, url, sent_url);
    if (renamed === found) continue;
    named ??= new Response(response.body, response);
    named.headers.set(header, value.slice(0, start) + renamed);
  }
  return named ?? response;
}

/** Replaces the client's name for the balancer with the origin's own name in `Destination` (WebDAV, RFC 4918 §10.3). */
export function nameForOrigin(headers: Headers, { client_origin }: Ticket, sent_url: string): void {
  const destination = headers.get('destination');
  const match = destination === null ? null : SITE.exec(destination);
  if (destination === null || match === null) return;
  const [found, scheme, authority = ''] = match;
  if (!isNamed(siteOf(client_origin), scheme, authority)) return;
  const own = siteOf(sent_url);
  headers.set('destination', `${own.scheme}://${own.authority}${destination.slice(found.length)}`);
}

function renamedForClient(value: string, ticket: Ticket, url: string, sent_url: string): string {
  const match = SITE.exec(value);
  if (match === null) return value;
  const [found, scheme, authority = ''] = match;
  const own = siteOf(url);
  const client = siteOf(ticket.client_origin);
  // The URL already contains the client's host. A redirect from http to https must stay one.
  if (authority.toLowerCase() === client.authority.toLowerCase()) return value;
  const isOwn =
    isNamed(own, scheme, authority) ||
    (ticket.host !== undefined &&
      (isNamed(siteOf(sent_url), scheme, authority) ||
        isNamed({ ...own, authority: ticket.host }, scheme, authority)));
  if (!isOwn) return value;
  const rest = value.slice(found.length);
  if (scheme === undefined) return `//${client.authority}${rest}`;
  // With the client's scheme, the redirect would lead back to the same URL.
  if (client.scheme === 'http' && scheme.toLowerCase() === 'https' && isUpgrade(own, rest, url))
    return `https://${client.authority.replace(/:\d*$/, '')}${rest}`;
  return `${client.scheme}://${client.authority}${rest}`;
}

/** Whether a redirect to https is an upgrade: the origin is reached over http, or the redirect names the requested URL itself. */
function isUpgrade(own: Site, rest: string, url: string): boolean {
  return own.scheme === 'http' || rest === url.slice(`${own.scheme}://${own.authority}`.length);
}

/** Whether scheme and authority belong to `site`. The scheme may differ, because an application may know only its host. */
function isNamed(site: Site, scheme: string | undefined, authority: string): boolean {
  const [one, other] = [authority.toLowerCase(), site.authority.toLowerCase()];
  return (
    one === other || withPort(one, scheme?.toLowerCase() ?? site.scheme) === withPort(other, site.scheme)
  );
}

function withPort(authority: string, scheme: string): string {
  if (/:\d+$/.test(authority)) return authority;
  return `${authority.replace(/:$/, '')}:${scheme === 'https' ? 443 : 80}`;
}

/** Cuts a URL that the gateway made, so it is well-formed. */
function siteOf(url: string): Site {
  const start = url.indexOf('://') + 3;
  const slash = url.indexOf('/', start);
  return {
    scheme: url.slice(0, start - 3),
    authority: slash < 0 ? url.slice(start) : url.slice(start, slash),
  };
}
