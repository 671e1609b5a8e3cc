import { parseAddress } from './parse_address.ts';

/**
 * An address in brackets or a dotted one, with an optional port: digits, or an obfuscated port (RFC 7239, 6.3). A bare IPv6
 * address has no port, because a port would look like its last group.
 */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/;

/**
 * Reads the address of one hop in `X-Forwarded-For` or in the `for` of `Forwarded`, with or without a port, brackets, double
 * quotes or a zone.
 *
 * `203.0.113.7:51234` -> `203.0.113.7`, `"[2001:db8::7]:443"` -> `2001:db8::7`, `fe80::1%eth0` -> `fe80::1`
 * @returns the bare address; undefined: it has none, like `unknown`, `_hidden` and the empty string
 */
export function hopAddress(hop: string): string | undefined {
  let text = hop.trim();
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) text = text.slice(1, -1);
  const match = WITH_PORT.exec(text);
  text = match?.[1] ?? match?.[2] ?? text;
  // A zone names an interface of the host that wrote it, so it means nothing here. It may contain any character.
  const zone = text.includes(':') ? text.indexOf('%') : -1;
  if (zone >= 0) text = text.slice(0, zone);
  return parseAddress(text) === undefined ? undefined : text;
}
