import { describe, expect, it } from 'vitest';
import { IDEMPOTENT, SAFE } from '../../../shared/http/idempotent.ts';

/** Name, safe, idempotent: the IANA registry of HTTP methods, November 2026. */
const REGISTRY = `
ACL no yes|BASELINE-CONTROL no yes|BIND no yes|CHECKIN no yes|CHECKOUT no yes|CONNECT no no|COPY no yes|DELETE no yes|GET yes yes
HEAD yes yes|LABEL no yes|LINK no yes|LOCK no no|MERGE no yes|MKACTIVITY no yes|MKCALENDAR no yes|MKCOL no yes
MKREDIRECTREF no yes|MKWORKSPACE no yes|MOVE no yes|OPTIONS yes yes|ORDERPATCH no yes|PATCH no no|POST no no|PRI yes yes
PROPFIND yes yes|PROPPATCH no yes|PUT no yes|QUERY yes yes|REBIND no yes|REPORT yes yes|SEARCH yes yes|TRACE yes yes
UNBIND no yes|UNCHECKOUT no yes|UNLINK no yes|UNLOCK no yes|UPDATE no yes|UPDATEREDIRECTREF no yes|VERSION-CONTROL no yes
`
  .trim()
  .split(/[|\n]/)
  .map((row) => row.split(' ') as [string, string, string]);

describe('methods are classified as in the IANA registry', () => {
  it.each(REGISTRY)('%s: safe %s, idempotent %s', (method, safe, idempotent) => {
    expect([SAFE.has(method), IDEMPOTENT.has(method)]).toEqual([safe === 'yes', idempotent === 'yes']);
  });

  it('and other methods are neither', () => {
    expect([...IDEMPOTENT].sort()).toEqual(
      REGISTRY.filter(([, , yes]) => yes === 'yes').map(([name]) => name),
    );
    for (const other of ['get', 'PURGE', 'BREW']) expect(IDEMPOTENT.has(other)).toBe(false);
  });
});
