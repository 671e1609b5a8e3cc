import { COOKIE_PREFIX } from './cookie_name.ts';

// The Cookie header as RFC 6265 §5.4 has browsers write it: pairs between semicolons. What an application makes of a
// pair is its own business, so nothing is decoded, and what is not ours is kept byte for byte: libraries parse and
// write anew.

/** The values of all cookies of a name, in the order sent: the one with the longest path comes first. */
export function cookieValues(header: string, name: string): string[] {
  if (!header.includes(name)) return [];
  return header.split(';').flatMap((pair) => (nameOf(pair) === name ? [contentOf(pair)] : []));
}

/**
 * One of ours with the sign before it. A comma is none of RFC 6265's, but what the runtime puts between the lines of a
 * client that sends the header twice.
 */
const OURS = new RegExp(`(?:^|[;,])[ \\t]*${COOKIE_PREFIX}[^=;,]*=[^;,]*`, 'g');

/**
 * A Cookie header as origins and hashes see it: without the cookies of ours, all others as they came.
 * @returns the empty string if none is left
 */
export function withoutOurCookies(header: string): string {
  if (!header.includes(COOKIE_PREFIX)) return header;
  const rest = header.replace(OURS, '');
  return rest.length === header.length ? header : rest.replace(/^[;,]?[ \t]+|^[;,]/, '');
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? '' : pair.slice(0, equals).trim();
}

function contentOf(pair: string): string {
  return pair.slice(pair.indexOf('=') + 1).trim();
}
