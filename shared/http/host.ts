/**
 * A hostname as requests carry it: lower case, international names in Punycode, without the final dot of a fully
 * qualified name. `*` and `*.` in front stay.
 * @returns what was given if no URL can carry it
 */
export function canonicalHost(host: string): string {
  const [, wildcard = '', name = ''] = /^(\*\.?|)(.*?)\.?$/s.exec(host) ?? [];
  const lower = name.toLowerCase();
  // Not through the URL parser, which reads `0x7f.1` as an address.
  if (/^[\x20-\x7e]*$/.test(lower)) return wildcard + lower;
  const url = `http://${lower}/`;
  return URL.canParse(url) ? wildcard + new URL(url).hostname : host;
}

/**
 * A path prefix as requests carry it: percent-encoded, dot segments resolved, without a trailing slash; `/` is the whole
 * host.
 */
export function canonicalPath(path: string): string {
  const url = `http://x${path}`;
  const encoded = URL.canParse(url) ? new URL(url).pathname : path;
  return encoded.replace(/\/+$/, '') || '/';
}
