/**
 * The form of a hostname in requests: lower case, Punycode, without the final dot of a fully qualified name. A leading `*` or
 * `*.` stays.
 * @returns the input unchanged if no URL can contain it
 */
export function canonicalHost(host: string): string {
  const [, wildcard = '', name = ''] = /^(\*\.?|)(.*?)\.?$/s.exec(host) ?? [];
  const lower = name.toLowerCase();
  // The URL parser would read `0x7f.1` as an address.
  if (/^[\x20-\x7e]*$/.test(lower)) return wildcard + lower;
  const url = `http://${lower}/`;
  return URL.canParse(url) ? wildcard + new URL(url).hostname : host;
}

/** The form of a path prefix in requests: percent-encoded, dot segments resolved, without a trailing slash unless it is `/`. */
export function canonicalPath(path: string): string {
  const url = `http://x${path}`;
  const encoded = URL.canParse(url) ? new URL(url).pathname : path;
  return encoded.replace(/\/+$/, '') || '/';
}
