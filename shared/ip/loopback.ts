// For servers that only people on this machine may use. Listening on 127.0.0.1 is not enough. A page of another site can send
// requests there from the user's browser, so the Origin that browsers send is checked. With DNS rebinding (a name of the site's
// own that resolves to 127.0.0.1) the page could also read the answers, so Host must name this machine.

/** `localhost`, names below it (RFC 6761), 127.0.0.0/8 and `[::1]`, with any port or none. */
const LOOPBACK = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether the authority of a URL, or a Host header, names this machine. */
export function isLoopback(authority: string): boolean {
  return LOOPBACK.test(authority);
}

/**
 * Why a server for this machine alone refuses a request, in words.
 * @param header returns a header of the request, or nothing or the empty string if there is none
 * @returns undefined: it accepts the request
 */
export function foreignRequest(header: (name: string) => string | null | undefined): string | undefined {
  const host = header('host') ?? '';
  if (!isLoopback(host)) return `Host "${host}" does not name this machine; use 127.0.0.1 or localhost`;
  const origin = header('origin');
  if (origin && !(URL.canParse(origin) && isLoopback(new URL(origin).host)))
    return `Origin "${origin}" is another site; only pages of this machine may ask`;
  // Requests for images and scripts carry no Origin. A followed link is harmless, because the other site cannot see what it
  // opens.
  if (header('sec-fetch-site') === 'cross-site' && header('sec-fetch-mode') !== 'navigate')
    return 'Sec-Fetch-Site names another site; only pages of this machine may ask';
  return undefined;
}
