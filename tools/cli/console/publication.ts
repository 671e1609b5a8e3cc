import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicationInfo, Written } from '../../../shared/contracts/history.ts';
import { CliError, EXIT } from '../../project/cli_error.ts';
import type { HistoryApi } from './history_api.ts';

/** KV on this machine takes 50 ms. A change is stored in any case, so a command that should answer in 300 ms waits no longer for KV. */
const LOOK_MS = 120;
/** With `--wait`. The history writes to KV at most once a second, so more than this is a failure of KV. */
const WAIT_MS = 60_000;
/** Pauses between looks grow to this. */
const LONGEST_PAUSE_MS = 500;

/** How long a command waits for KV. */
export interface WaitOptions {
  /** Wait until KV has the version. Default: look for 120 ms. */
  wait?: boolean;
}

/**
 * Looks whether KV has the newest version, for a moment or with `wait` until it has. A version that is not there by then is not lost:
 * the console goes on trying.
 * @throws CliError if somebody else wrote to KV, because the history publishes nothing before an operator decides; with exit code 3
 *   if `wait` is given and KV does not take the version
 */
export async function published(
  api: Pick<HistoryApi, 'publication'>,
  written: Pick<Written, 'publication' | 'version'>,
  { wait = false }: WaitOptions = {},
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<PublicationInfo> {
  const { version } = written.version;
  const deadline = Date.now() + (wait ? WAIT_MS : LOOK_MS);
  let { publication } = written;
  for (let pause_ms = 15; ; pause_ms = Math.min(2 * pause_ms, LONGEST_PAUSE_MS)) {
    if (publication.outside !== null) throw new CliError(outsideText(version, publication.outside));
    if (publication.published) return publication;
    const left_ms = deadline - Date.now();
    if (pause_ms > left_ms) break;
    await pause(pause_ms);
    // The console may wait for KV.
    const rest = pause(left_ms - pause_ms).then(() => undefined);
    const answer = await Promise.race([api.publication(), rest]);
    if (answer === undefined) break;
    publication = answer;
  }
  if (wait) throw new CliError(lateText(version, publication) ?? '', EXIT.unreachable);
  return publication;
}

/** Says what somebody else wrote to KV, and how to go on. Version 0: it is no configuration at all, so it cannot be adopted. */
export function outsideText(version: number, outside: NonNullable<PublicationInfo['outside']>): string {
  const saved = `version ${version} is saved and not in force`;
  const overwrite = `put version ${version} in force with \`lb config overwrite\``;
  if (outside.version === 0)
    return `${saved}: KV holds a text that is not a configuration, and the console did not write it; ${overwrite}`;
  return (
    `${saved}: KV holds ${documentText(outside)}, which the console did not write. ` +
    `Make it the newest version with \`lb config adopt\`, or ${overwrite}`
  );
}

/** Names a document that somebody else wrote. Its number may be one that the history has used for another file. */
export function documentText({
  version,
  hash,
  published_at,
}: NonNullable<PublicationInfo['outside']>): string {
  return version === 0
    ? 'a text that is not a configuration'
    : `the document ${hash.slice(0, 12)} of ${published_at} (version ${version} there)`;
}

/** A line about a publication that has taken too long. @returns undefined: it is through */
export function lateText(version: number, { published, error }: PublicationInfo): string | undefined {
  if (published) return undefined;
  if (error === null)
    return `version ${version} is saved and not in KV yet; the console writes to KV once a second, see \`lb config history\``;
  return `version ${version} is saved and not in KV yet (${error}); the console goes on trying, see \`lb config history\``;
}

/** A line about the publication of a change that was made just now. @returns undefined: it is through */
export function followText(version: number, publication: PublicationInfo): string | undefined {
  if (publication.published || publication.error !== null) return lateText(version, publication);
  return `version ${version} is saved; gateways follow within ten seconds`;
}

/** The end of a line about a version: `version 12, hash 0123456789ab`. Without the hash while KV has another version. */
export function versionText(version: number, { hash, published }: PublicationInfo): string {
  return published && hash !== null ? `version ${version}, hash ${hash.slice(0, 12)}` : `version ${version}`;
}
