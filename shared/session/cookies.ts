import { COOKIE_PREFIX } from './cookie_name.ts';

// Everything that reads the Cookie header uses this file: sessions, hash keys, rules and the proxy. Semicolons separate pairs
// (RFC 6265 section 5.4). No library is used, because libraries parse the header and write it again. Here nothing is
// decoded, and foreign cookies stay the same byte for byte, because an application may read a pair as it likes.

/**
 * Matches the separator of two pairs: a semicolon, or the comma and space that the runtime puts between two `Cookie` lines. It
 * also matches a whole quoted value, because nothing in it separates. RFC 6265 allows no comma in a value, but clients send
 * some, as in `{"a":1,"b":2}` or `Wed, 09 Jun`. So a comma separates only if a name and `=` follow.
 */
const SEPARATOR = /"[^";]*"|;|, (?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)/g;

/** The values of all cookies of a name, in the order sent. Browsers send the one with the longest path first. */
export function cookieValues(header: string, name: string): string[] {
  if (!header.includes(name)) return [];
  return cookiePairs(header).flatMap((pair) => (nameOf(pair) === name ? [contentOf(pair)] : []));
}

/** The first value of a cookie. @returns undefined: no cookie has this name */
export function cookieValue(header: string, name: string): string | undefined {
  return cookieValues(header, name)[0];
}

/** The pairs of a Cookie header, over all its lines, with the spaces around them. */
export function cookiePairs(header: string): string[] {
  return piecesOf(header).map((piece, index) => (index === 0 ? piece : piece.slice(1)));
}

/** A Cookie header's lines joined into one. */
export function inOneLine(header: string): string {
  return header.includes(', ') ? cookiePairs(header).join(';') : header;
}

/** A Cookie header without our cookies, for origins and hashes. The others stay as they came. Empty: none is left. */
export function withoutOurCookies(header: string): string {
  if (!header.includes(COOKIE_PREFIX)) return header;
  const pieces = piecesOf(header);
  const others = pieces.filter((piece, index) => !isOurs(index === 0 ? piece : piece.slice(1)));
  if (others.length === pieces.length) return header;
  const rest = others.join('');
  // A pair that is now the first still has its separator.
  return others[0] === pieces[0] ? rest : rest.replace(/^[;,][ \t]*/, '');
}

/** Pairs, each but the first with its separator in front, one character. */
function piecesOf(header: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const { 0: found, index } of header.matchAll(SEPARATOR)) {
    if (found.startsWith('"')) continue;
    pieces.push(header.slice(start, index));
    start = index;
  }
  pieces.push(header.slice(start));
  return pieces;
}

function isOurs(pair: string): boolean {
  return nameOf(pair).startsWith(COOKIE_PREFIX);
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? '' : pair.slice(0, equals).trim();
}

function contentOf(pair: string): string {
  return pair.slice(pair.indexOf('=') + 1).trim();
}
