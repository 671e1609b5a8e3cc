/** Headers that override Cache-Control for one kind of shared cache (RFC 9213, Fastly, Akamai). */
const FOR_SHARED_CACHES = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control'];

/**
 * Keeps a response with a session cookie out of shared caches, which would hand the session to everybody. Directives for the
 * browser's cache stay (RFC 9111 section 5.2.2.7). HAProxy's `nocache` does the same.
 *
 * `public, max-age=60, s-maxage=600` -> `private, max-age=60`
 * @param headers of the response; changed in place
 */
export function makePrivate(headers: Headers): void {
  for (const name of FOR_SHARED_CACHES) headers.delete(name);
  const directives = directivesOf(headers.get('cache-control') ?? '');
  if (
    directives.some(
      ([name, argument]) => name === 'no-store' || (name === 'private' && argument === undefined),
    )
  )
    return;
  const kept = directives.filter(([name]) => !['public', 's-maxage', 'private'].includes(name));
  headers.set('cache-control', ['private', ...kept.map(([, , text]) => text)].join(', '));
}

/** Name in lower case, argument, and the directive as written. A comma in quotes does not separate directives. */
function directivesOf(value: string): [name: string, argument: string | undefined, text: string][] {
  return (value.match(/(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((text) => {
      const equals = text.indexOf('=');
      return equals < 0
        ? [text.toLowerCase(), undefined, text]
        : [text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1), text];
    });
}
