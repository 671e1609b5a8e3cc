import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

/** Returns the key that signed an assertion of Cloudflare Access. */
export type KeysOf = (team: URL) => JWTVerifyGetKey;

/**
 * The keys of a team, kept by this isolate. The truth is Cloudflare's: it rotates keys every 6 weeks, and the old one stays valid for 7
 * days, so keys of at most 10 minutes ago are never too old. An unknown `kid` fetches again, at most once in 30 s, because anybody can
 * send one.
 * https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
 */
const OPTIONS = { cacheMaxAge: 600_000, cooldownDuration: 30_000, timeoutDuration: 3_000 };

const kept = new Map<string, JWTVerifyGetKey>();

/** The keys that Cloudflare publishes for a team. There is one team, so the map has one entry. */
export const publishedKeys: KeysOf = (team) => {
  const url = new URL('/cdn-cgi/access/certs', team);
  const known = kept.get(url.href);
  if (known !== undefined) return known;
  const keys = createRemoteJWKSet(url, OPTIONS);
  kept.set(url.href, keys);
  return keys;
};
