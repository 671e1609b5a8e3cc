import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicationInfo, Written } from '../../../shared/contracts/history.ts';
import { CliError } from '../../project/cli_error.ts';
import type { HistoryApi } from './history_api.ts';

/** The history writes to KV at most once a second. More than this is a failure of KV. */
const WAIT_MS = 10_000;
/** Pauses between looks grow to this. */
const LONGEST_PAUSE_MS = 500;

/**
 * Waits until KV has the newest version, for at most ten seconds. A version that is not there by then is not lost: the console goes
 * on trying.
 * @throws CliError if somebody else wrote to KV, because the history publishes nothing before an operator decides
 */
export async function published(
  api: Pick<HistoryApi, 'publication'>,
  written: Written,
  wait = sleep,
  now: () => number = Date.now,
): Promise<PublicationInfo> {
  const deadline = now() + WAIT_MS;
  let { publication } = written;
  for (let pause_ms = 20; ; pause_ms = Math.min(2 * pause_ms, LONGEST_PAUSE_MS)) {
    if (publication.outside !== null)
      throw new CliError(outsideText(written.version.version, publication.outside));
    if (publication.published || now() >= deadline) return publication;
    await wait(pause_ms);
    publication = await api.publication();
  }
}

/** Says what somebody else wrote to KV, and how to go on. */
export function outsideText(version: number, outside: NonNullable<PublicationInfo['outside']>): string {
  return (
    `version ${version} is saved and not in force: version ${outside.version} (hash ${outside.hash.slice(0, 12)}) of ` +
    `${outside.published_at} was written to KV from outside. Make it the newest version with \`lb config adopt\`, ` +
    `or put version ${version} in force with \`lb config overwrite\``
  );
}

/** A line about a publication that is not through. @returns undefined: it is */
export function lateText(version: number, { published, error }: PublicationInfo): string | undefined {
  if (published) return undefined;
  const why = error === null ? 'KV is slow' : error;
  return `version ${version} is saved and not in KV yet (${why}); the console goes on trying, see \`lb config history\``;
}

/** The end of a line about a version: `version 12, hash 0123456789ab`. Without the hash while KV has another version. */
export function versionText(version: number, { hash, published }: PublicationInfo): string {
  return published && hash !== null ? `version ${version}, hash ${hash.slice(0, 12)}` : `version ${version}`;
}
