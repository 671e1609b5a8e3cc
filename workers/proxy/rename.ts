import type { Ticket } from '../../shared/contracts/carrying.ts';

/** Response headers that hold one URL, in `Refresh` behind a number of seconds. */
const NAMING = ['location', 'content-location', 'refresh'] as const;

/**
 * The start of a URL that names a site: a scheme, or none, and an authority without userinfo. Readers disagree about what a
 * backslash ends, so a value with one there is left as it is.
 */
const SITE = /^(?:(https?):)?\/\/([^/?#\\@\s"']+)(?=[/?#"']|$)/i;

/** In `Refresh`, what stands before the URL: `5; url='`. */
const BEFORE_URL = /^\s*[\d.]*\s*(?:[;,]\s*)?(?:url\s*=\s*)?["']?/i;

interface Site {
  scheme: string;
  /** Host and port, as in a URL. */
  authority: string;
}

/**
 * Gives a client its own name for an origin that names itself: in `Location`, `Content-Location` and `Refresh`, scheme and
 * authority of the origin become those that the client uses. nginx calls it `proxy_redirect default`.
 *
 * Only an absolute or scheme-relative URL with exactly the origin's authority is changed. A default port is the same as none.
 * Everything behind the authority stays byte for byte.
 *
 * @param url the request's: the origin's address
 * @param sent_url the same with the name in place of the address, where `Host` is overridden
 * @returns the answer itself where nothing is to change
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

/** Gives an origin its own name in `Destination` (WebDAV, RFC 4918, 10.3), where the client named the balancer. */
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
  // It names the client's own host already. A redirect from http to https has to stay one.
  if (authority.toLowerCase() === client.authority.toLowerCase()) return value;
  const isOwn =
    isNamed(own, scheme, authority) ||
    (ticket.host !== undefined &&
      (isNamed(siteOf(sent_url), scheme, authority) ||
        isNamed({ ...own, authority: ticket.host }, scheme, authority)));
  if (!isOwn) return value;
  const rest = value.slice(found.length);
  if (scheme === undefined) return `//${client.authority}${rest}`;
  // The client's scheme would send the client in a circle.
  if (client.scheme === 'http' && scheme.toLowerCase() === 'https' && isUpgrade(own, rest, url))
    return `https://${client.authority.replace(/:\d*$/, '')}${rest}`;
  return `${client.scheme}://${client.authority}${rest}`;
}

/** Whether an origin that redirects to https asks for it: it is not spoken to in https, or names the very URL asked for. */
function isUpgrade(own: Site, rest: string, url: string): boolean {
  return own.scheme === 'http' || rest === url.slice(`${own.scheme}://${own.authority}`.length);
}

/** Whether scheme and authority in a URL name a site. An application may know its host and not its scheme. */
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

/** Of a URL that this project made. */
function siteOf(url: string): Site {
  const start = url.indexOf('://') + 3;
  const slash = url.indexOf('/', start);
  return {
    scheme: url.slice(0, start - 3),
    authority: slash < 0 ? url.slice(start) : url.slice(start, slash),
  };
}
