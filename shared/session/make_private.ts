/** Headers that tell one kind of shared cache something else than Cache-Control does (RFC 9213, Fastly, Akamai). */
const FOR_SHARED_CACHES = ['cdn-cache-control', 'cloudflare-cdn-cache-control', 'surrogate-control'];

/**
 * Keeps an answer out of shared caches: one that carries a session's cookie would hand the session to everybody. What
 * was said about the browser's own cache stays (RFC 9111 §5.2.2.7); HAProxy's `nocache` does the same.
 *
 * `public, max-age=60, s-maxage=600` -> `private, max-age=60`
 * @param headers of the answer, which are changed
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

/** Name in lower case, argument, and the directive as it was written. A comma in quotes is none between directives. */
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
