import { isBareIp, urlHost } from '../../../shared/http/address.ts';
import { specialRange } from '../../../shared/ip/special_range.ts';

const NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|home\.arpa|svc|consul|docker)\.?$/i;

/** A host and a port as a foreign configuration names them. */
export interface Place {
  /** Without brackets. */
  host: string;
  /** 0: none is named. */
  port: number;
}

/**
 * Reads `host`, `host:port`, `[2001:db8::1]:port` and `2001:db8::1`.
 * @returns undefined if it is none of these, such as a socket's path or a variable
 */
export function placeOf(text: string): Place | undefined {
  const [, v6, named, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ??
    /^()([0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)()$/.exec(text) ??
    [];
  const host = v6 || named;
  const port = Number(digits || 0);
  if (host === undefined || port > 65_535 || !isHost(host)) return undefined;
  return { host, port };
}

/** Whether a text can be the host of a URL. */
export function isHost(text: string): boolean {
  return (NAME.test(text) || text.includes(':')) && URL.canParse(`http://${urlHost(text)}/`);
}

/** Why no Worker can reach a host, in words. Undefined: it is a public name. */
export function whyUnreachable(host: string): string | undefined {
  const url = `http://${urlHost(host)}/`;
  // The URL parser reads `0x7f.1` as 127.0.0.1.
  const known = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : host;
  const special = specialRange(known);
  if (special !== undefined) return `a ${special} address`;
  if (isBareIp(known)) return 'a bare IP address';
  if (PRIVATE_NAME.test(known)) return 'a private name';
  return known.replace(/\.$/, '').includes('.')
    ? undefined
    : "a name of a private network, such as a container's";
}

/** A public address, which a DNS record can name. */
export function publicIp(host: string): boolean {
  return isBareIp(host) && specialRange(host) === undefined;
}

/** Letters, digits and hyphens of a text, as a part of a hostname: `10.0.0.1` -> `10-0-0-1`. */
export function labelOf(text: string): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return label === '' ? 'origin' : label;
}
