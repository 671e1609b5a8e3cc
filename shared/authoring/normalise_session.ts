import { crc32 } from '../hashing/crc32.ts';
import type { Session } from '../model/config.ts';
import { COOKIE_PREFIX } from '../session/cookie_name.ts';
import type { FilledConfig } from './schema.ts';
import { SESSION_TTL } from './session_affinity.ts';

/** The fields of session affinity of a balancer or of a rule's overrides. */
export type FilledSession = Pick<
  FilledConfig['load_balancers'][number],
  'session_affinity' | 'session_affinity_ttl' | 'session_affinity_attributes'
>;

/**
 * Normalises the fields of session affinity.
 * @param path of the balancer
 * @returns undefined: no session affinity
 */
export function normaliseSession(fields: FilledSession, path: string): Session | undefined {
  const { session_affinity: by, session_affinity_ttl: ttl, session_affinity_attributes: attributes } = fields;
  if (by === '' || by === 'none') return undefined;
  const { drain_duration, headers, ...rest } = attributes;
  return {
    by,
    ttl_ms: (ttl ?? SESSION_TTL[by].standard) * 1_000,
    ...(typeof drain_duration === 'number' ? { drain_ms: drain_duration * 1_000 } : {}),
    ...rest,
    cookie: cookieName(path),
    headers: headers.map(lowerCaseName),
  };
}

/** Cookies of one host differ by the balancer's path. Nothing else counts, so adding a balancer ends no session. */
function cookieName(path: string): string {
  return path === '/'
    ? COOKIE_PREFIX
    : `${COOKIE_PREFIX}_${crc32(new TextEncoder().encode(path)).toString(16).padStart(8, '0')}`;
}

/** Header names are case-insensitive, cookie names are not. */
function lowerCaseName(header: string): string {
  const colon = header.indexOf(':');
  return colon < 0 ? header.toLowerCase() : `cookie${header.slice(colon)}`;
}
