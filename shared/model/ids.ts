/**
 * The id of an origin, unique in a configuration: `pool/origin`.
 *
 * One address may be in several pools under different monitors. So health, requests in flight and metrics are kept per pool
 * and origin, never per address.
 */
export type OriginId = `${string}/${string}`;

/** Joins a pool's id and an origin's name. The schema allows no slash in either. */
export function originId(pool: string, origin: string): OriginId {
  return `${pool}/${origin}`;
}

/** The pool part of an {@link OriginId}. */
export function poolOf(id: OriginId): string {
  return id.slice(0, id.indexOf('/'));
}
