/**
 * The name of one origin, unique in a configuration: `pool/origin`.
 *
 * An address may serve in several pools under different monitors, so health, in-flight counts and
 * metrics are kept per pool and origin, never per address.
 */
export type OriginId = `${string}/${string}`;

/** Joins a pool's id and an origin's name. Neither contains a slash: the configuration schema forbids it. */
export function originId(pool: string, origin: string): OriginId {
  return `${pool}/${origin}`;
}

/** The pool part of an {@link OriginId}. */
export function poolOf(id: OriginId): string {
  return id.slice(0, id.indexOf('/'));
}
