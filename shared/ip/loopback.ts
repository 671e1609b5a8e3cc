// For servers that only people on this machine may use. Listening on 127.0.0.1 does not suffice. A page of another site can send
// requests there from the user's browser; checking the Origin that browsers send rules that out. By DNS rebinding (a name of its
// own that resolves to 127.0.0.1) such a page could also read the answers; checking that Host names this machine rules that out.

/** `localhost`, names below it (RFC 6761), 127.0.0.0/8 and `[::1]`, with any port or none. */
const LOOPBACK = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether the authority of a URL, or a Host header, names this machine. */
export function isLoopback(authority: string): boolean {
  return LOOPBACK.test(authority);
}

/**
 * Why a server that is for this machine alone refuses a request, for people.
 * @param header reads a header of the request; empty or nothing: it has none
 * @returns undefined: it does not refuse
 */
export function foreignRequest(header: (name: string) => string | null | undefined): string | undefined {
  const host = header('host') ?? '';
  if (!isLoopback(host))
    return `Host "${host}" does not name this machine: ask 127.0.0.1 or localhost, or send that as Host`;
  const origin = header('origin');
  if (origin && !(URL.canParse(origin) && isLoopback(new URL(origin).host)))
    return `Origin "${origin}" is another site: only pages of this machine are answered`;
  // Images and scripts of another site send no Origin. Following a link is no harm: that site cannot see what it opens.
  if (header('sec-fetch-site') === 'cross-site' && header('sec-fetch-mode') !== 'navigate')
    return 'Sec-Fetch-Site says that another site asks: only pages of this machine are answered';
  return undefined;
}
