import type { From } from './principal.ts';

/** The longest IPv6 address in text, with an IPv4 address inside. */
const MAX_ADDRESS = 45;

/**
 * Where a request came from. Only `CF-Connecting-IP` counts, which Cloudflare overwrites. A client can write every other header.
 * @returns `local` without Cloudflare in front
 */
export function fromOf(request: Request): From {
  return request.headers.get('cf-connecting-ip')?.slice(0, MAX_ADDRESS) || 'local';
}

/** The words of a request for the audit: method and path, without the query, cut to 200 characters. */
export function whatOf(request: Request): string {
  return `${request.method.slice(0, 20)} ${new URL(request.url).pathname.slice(0, 200)}`;
}
