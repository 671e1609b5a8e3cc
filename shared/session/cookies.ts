import { COOKIE_PREFIX } from './cookie_name.ts';

// The one reader of the Cookie header: sessions, hash keys, rules and the proxy use it. Pairs stand between semicolons (RFC
// 6265 §5.4). An application may read a pair as it likes, so nothing is decoded, and what is not ours is kept byte for
// byte: libraries parse and write anew.

/**
 * Matches what separates two pairs: a semicolon, or the comma and space that the runtime puts between two `Cookie` lines. It also
 * matches a whole quoted value, because nothing inside separates. RFC 6265 allows no comma in a value, but clients write some,
 * as in `{"a":1,"b":2}` or `Wed, 09 Jun`. So a comma separates only where a name and `=` follow it.
 */
const SEPARATOR = /"[^";]*"|;|, (?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)/g;

/** The values of all cookies of a name, in the order sent: the one with the longest path comes first. */
export function cookieValues(header: string, name: string): string[] {
  if (!header.includes(name)) return [];
  return cookiePairs(header).flatMap((pair) => (nameOf(pair) === name ? [contentOf(pair)] : []));
}

/** The first value of a cookie. @returns undefined: there is none of that name */
export function cookieValue(header: string, name: string): string | undefined {
  return cookieValues(header, name)[0];
}

/** The pairs of a Cookie header, of all its lines. Spaces around them stay. */
export function cookiePairs(header: string): string[] {
  return piecesOf(header).map((piece, index) => (index === 0 ? piece : piece.slice(1)));
}

/** A Cookie header as if it had come in one line. */
export function inOneLine(header: string): string {
  return header.includes(', ') ? cookiePairs(header).join(';') : header;
}

/**
 * A Cookie header as origins and hashes see it: without the cookies of ours, all others as they came.
 * @returns the empty string if none is left
 */
export function withoutOurCookies(header: string): string {
  if (!header.includes(COOKIE_PREFIX)) return header;
  const pieces = piecesOf(header);
  const others = pieces.filter((piece, index) => !isOurs(index === 0 ? piece : piece.slice(1)));
  if (others.length === pieces.length) return header;
  const rest = others.join('');
  // A pair that comes first now has a separator in front of it.
  return others[0] === pieces[0] ? rest : rest.replace(/^[;,][ \t]*/, '');
}

/** Pairs with the separator in front of them, one character; the first has none. */
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
