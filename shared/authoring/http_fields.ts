import * as v from 'valibot';
import { parseRange } from '../ip/range.ts';
import { text } from './fields.ts';

// Hosts, addresses, paths and headers as configuration values.

/** A character of a token (RFC 9110 section 5.6.2): of names of headers, methods and cookies. */
export const TCHAR = "[!#$%&'*+.^_`|~0-9A-Za-z-]";

// A label may have letters beyond ASCII; canonicalHost() turns them into Punycode.
const LABEL = String.raw`[A-Za-z0-9_\u0080-\uffff]([A-Za-z0-9_\u0080-\uffff-]*[A-Za-z0-9_\u0080-\uffff])?`;
const NAME = String.raw`${LABEL}(\.${LABEL})*\.?`;

/** `app.example.com`, `*.example.com`, or `*` for every host. Without a port. */
export const hostPattern = hostLike(
  String.raw`^(\*|(\*\.)?${NAME})$`,
  'a hostname ("app.example.com"), a wildcard ("*.example.com") or "*"',
);

/** An origin's hostname or IP address; IPv6 with or without brackets. */
export const originAddress = hostLike(
  String.raw`^(?=.{1,253}$)(${NAME}|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$`,
  'a hostname without scheme, port or path',
);

function hostLike(pattern: string, allowed: string) {
  return v.pipe(v.string(allowed), v.regex(new RegExp(pattern), allowed));
}

/** An IP address, or a range of them in CIDR notation. */
export const ipRange = v.pipe(
  v.string('an address or a range'),
  v.check((range) => parseRange(range) !== undefined, 'an IP address or a range like "192.0.2.0/24"'),
);

/** A request method (RFC 9110 section 9.1). Case matters. */
export const method = v.pipe(
  v.string('a method'),
  v.regex(new RegExp(`^${TCHAR}{1,64}$`), 'a method like "POST"'),
);

/** A path that begins with a slash. */
export const path = v.pipe(
  v.string('a path'),
  v.regex(/^\/[^?#\s]*$/, 'a path that begins with "/", without "?" or "#"'),
);

/** A header's value, without line breaks. */
export const headerValue = v.pipe(
  text,
  v.regex(/^[\t\x20-\x7e\x80-\uffff]*$/, 'a header value without line breaks'),
);

/** Request headers: name to list of values, as Cloudflare writes them. */
export const headerMap = v.record(
  v.pipe(text, v.regex(new RegExp(`^${TCHAR}+$`), 'a header name')),
  v.array(headerValue, 'a list of strings'),
  'an object of header name to list of values',
);
