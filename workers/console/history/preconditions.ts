import { createHash } from 'node:crypto';
import type { Item, Source } from '../../../shared/authoring/source/source.ts';
import type { VersionInfo } from '../../../shared/contracts/history.ts';
import type { Ids } from '../configuration/body.ts';
import { located } from '../configuration/located.ts';
import { CODES, Refusal } from '../refusal.ts';
import type { Command } from '../rpc.ts';

const ETAGS = new WeakMap<Item, string>();
/** 64 bits: enough to tell versions of one object apart. */
const ETAG_DIGITS = 16;
const MAX_SHOWN = 100;

/** The ETag of an object, without quotes: a hash of its text. Equal objects have equal ETags. */
export function etagOfItem(item: Item): string {
  let etag = ETAGS.get(item);
  if (etag === undefined) {
    etag = createHash('sha256').update(item.text).digest('hex').slice(0, ETAG_DIGITS);
    ETAGS.set(item, etag);
  }
  return etag;
}

/** The ETag of the whole configuration, without quotes: its version; `0` before the first one. */
export function etagOfVersion(newest: VersionInfo | undefined): string {
  return String(newest?.version ?? 0);
}

/**
 * Checks the condition of a command, if it has one: the change is made only if nobody changed the same object, or for a whole file the
 * same version, first.
 * @throws {Refusal} 404 if the object is gone; 412 as {@link assertMatch}
 */
export function assertFresh(
  command: Command,
  source: Source,
  ids: Ids,
  newest: VersionInfo | undefined,
): void {
  if (!('if_match' in command) || command.if_match === undefined) return;
  const etag =
    'list' in command
      ? etagOfItem(located(source, command.list, command.id, ids).item)
      : etagOfVersion(newest);
  assertMatch(command.if_match, etag, newest);
}

/**
 * Checks `If-Match` (RFC 9110 section 13.1.1).
 *
 * A weak tag counts as the strong one. The platform makes tags of compressed answers weak, and clients send back what they got.
 * https://developers.cloudflare.com/cache/reference/etag-headers/
 * @param if_match the header
 * @param etag of what is there now
 * @throws {Refusal} 412 with both versions. The SDK would repeat a 409, and `x-should-retry` says not to
 */
function assertMatch(if_match: string, etag: string, newest: VersionInfo | undefined): void {
  const given = if_match.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (given.includes('*') || given.includes(`"${etag}"`)) return;
  const by =
    newest === undefined
      ? 'nothing was written yet'
      : `version ${newest.version} by ${newest.author} at ${newest.at}`;
  throw new Refusal(
    412,
    [
      {
        code: CODES.lost_race,
        message: `somebody else changed it first, so nothing was changed: If-Match is ${shownTag(if_match)}, and now it is "${etag}" (${by}); read it again, then repeat your change`,
        meta: {
          expected: shownTag(if_match),
          current: `"${etag}"`,
          ...(newest === undefined ? {} : { version: newest.version, author: newest.author, at: newest.at }),
        },
      },
    ],
    { 'x-should-retry': 'false', etag: `"${etag}"` },
  );
}

/** A header may be long. */
function shownTag(if_match: string): string {
  return if_match.length > MAX_SHOWN ? `${if_match.slice(0, MAX_SHOWN)}…` : if_match;
}
