import type { VersionInfo } from '../../../../shared/contracts/history.ts';

/** The request to `/api/config/rollback` that takes a version back. */
export interface Rollback {
  body: { version: number; way: 'rollback' };
  /** Nothing happens if somebody else published meanwhile: going back would take that back as well. */
  headers: { 'if-match': string };
}

/** How a version is taken back while it is the newest one. Undefined: it is the first one. */
export function rollbackOf({
  version,
  parent,
}: Pick<VersionInfo, 'version' | 'parent'>): Rollback | undefined {
  if (parent === null) return undefined;
  return { body: { version: parent, way: 'rollback' }, headers: { 'if-match': `"${version}"` } };
}
